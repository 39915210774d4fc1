/** The overview of a repo: its newest run, live, and where it is cloned at which commit. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Repo, RepoRow } from '../../api/types';
import { m as all } from '../../i18n/repos';
import { repoUrl, shortHash } from '../../lib/builds';
import { cx } from '../../lib/cx';
import { buildState } from '../../lib/states';
import { useRow, useRows } from '../../live/hooks';
import { ExternalLink } from '../../ui/external-link';
import { Facts } from '../../ui/facts';
import { LinkButton } from '../../ui/link-button';
import { Card, EmptyState, ErrorState, Skeleton, Time } from '../../ui/page';
import { StateMark } from '../../ui/state';
import { Commit, linkClass, RunView, useLastRun } from '../builds/last-run';
import { repoLink, targetOf } from './actions';
import { useRepo } from './read';

const m = all.overview;
const RUNS = ['CloneRepo', 'PullRepo', 'BuildRepo'];

export function Overview({ row }: { row: RepoRow }) {
  const query = useRepo(row);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 xl:grid-cols-[minmax(0,1fr)_380px]">
      <div className={cx('min-w-0 xl:order-1', row.info.busy ? 'order-1' : 'order-2')}>
        <LastRun row={row} />
      </div>
      <div
        className={cx(
          'flex min-w-0 flex-col gap-3 xl:order-2',
          row.info.busy ? 'order-2' : 'order-1',
        )}
      >
        <Card title={m.details} bodyClass="p-3">
          {query.error && !query.data ? (
            <ErrorState error={query.error} what={m.load} onRetry={() => void query.refetch()} />
          ) : query.data ? (
            <Details row={row} repo={query.data} />
          ) : (
            <Skeleton rows={6} />
          )}
        </Card>
        <Builds id={row.id} />
      </div>
    </div>
  );
}

function LastRun({ row }: { row: RepoRow }) {
  const { update, ready } = useLastRun(targetOf(row), RUNS);
  if (update) return <RunView key={update.id} update={update} />;
  if (!ready) return <Skeleton rows={5} className="card" />;
  const complete = row.info.repo && row.info.server_id;
  return (
    <div className="card">
      <EmptyState
        title={row.info.last_pulled_at > 0 ? m.noRecord : m.none}
        action={!complete && <LinkButton {...repoLink(row, 'config')}>{m.openConfig}</LinkButton>}
      >
        {row.info.last_pulled_at > 0 ? m.noRecordText : complete ? m.noneText : m.notReady}
      </EmptyState>
    </div>
  );
}

type Fact = readonly [string, ReactNode];

function commits({ info: row }: RepoRow, { info }: Repo): Fact[] {
  const cloned = row.cloned_hash ?? info.cloned_hash;
  const built = row.built_hash ?? info.built_hash;
  const latest = row.latest_hash ?? info.latest_hash;
  const fact = (label: string, hash: string, message: string | null | undefined): Fact => [
    label,
    <Commit key={label} hash={hash} message={message} />,
  ];
  return [
    ...(cloned ? [fact(m.cloned, cloned, row.cloned_message ?? info.cloned_message)] : []),
    ...(built ? [fact(m.built, built, info.built_message)] : []),
    ...(latest && latest === cloned
      ? [
          [
            m.latest,
            <span key="l" className="text-muted">
              {m.same}
            </span>,
          ] as const,
        ]
      : latest
        ? [fact(m.latest, latest, info.latest_message)]
        : []),
  ];
}

function Details({ row, repo }: { row: RepoRow; repo: Repo }) {
  const { config } = repo;
  const { info } = row;
  const builder = useRow('builders', info.builder_id);
  const url = info.repo_link || repoUrl(config.git_https, config.git_provider, config.repo);
  const items: Fact[] = [
    [
      m.repo,
      url ? (
        <a
          key="r"
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          className={`${linkClass} wrap-anywhere`}
        >
          {config.git_provider}/{config.repo}
        </a>
      ) : (
        config.repo || all.noRepo
      ),
    ],
    [
      m.branch,
      <span key="b">
        <code>{info.branch || config.branch}</code>
        {config.commit && <code> {shortHash(config.commit)}</code>}
      </span>,
    ],
    [
      m.server,
      info.server_id ? (
        <Link
          key="s"
          to="/servers/$server/$tab"
          params={{ server: info.server_id, tab: 'overview' }}
          className={linkClass}
        >
          {info.server_name || info.server_id}
        </Link>
      ) : (
        all.noServer
      ),
    ],
    [m.path, config.path ? <code key="p">{config.path}</code> : m.pathDefault],
    ...commits(row, repo),
    [m.lastPulled, info.last_pulled_at > 0 ? <Time key="t" ts={info.last_pulled_at} /> : all.never],
  ];
  if (info.builder_id) {
    items.push(
      [
        m.builder,
        <Link
          key="x"
          to="/builders/$builder/$tab"
          params={{ builder: info.builder_id, tab: 'config' }}
          className={linkClass}
        >
          {builder?.name ?? all.config.unknownBuilder(info.builder_id.slice(-6))}
        </Link>,
      ],
      [m.lastBuilt, info.last_built_at > 0 ? <Time key="u" ts={info.last_built_at} /> : all.never],
    );
  }
  if (config.links.length > 0) {
    items.push([
      m.links,
      <ul key="k">
        {config.links.map((link) => (
          <li key={link} className="truncate">
            <ExternalLink href={link} />
          </li>
        ))}
      </ul>,
    ]);
  }
  return <Facts items={items} />;
}

/** The builds that take their source from it. */
function Builds({ id }: { id: string }) {
  const { rows } = useRows('builds');
  const own = rows.filter(({ info }) => info.linked_repo === id);
  return (
    <Card title={m.builds}>
      {own.length === 0 ? (
        <p className="px-3 py-2 text-muted">{m.noBuilds}</p>
      ) : (
        <ul>
          {own.map((build) => {
            const [tone, word] = buildState(build);
            return (
              <li
                key={build.id}
                className="flex min-h-(--row) items-center gap-2 border-b border-line px-3 py-1 last:border-0"
              >
                <Link
                  to="/builds/$build/$tab"
                  params={{ build: build.id, tab: 'overview' }}
                  className="min-w-0 flex-1 truncate py-0.5 hover:underline"
                >
                  {build.name}
                </Link>
                <StateMark tone={tone}>{word}</StateMark>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
