/** The overview of a build: its newest run, live, and what it makes of what. */
import { Link } from '@tanstack/react-router';
import type { Build, BuildRow } from '../../api/types';
import { m as all } from '../../i18n/builds';
import {
  hasSource,
  imageNames,
  imageTags,
  inGit,
  isLatest,
  LATEST,
  repoUrl,
  shortHash,
  versionText,
} from '../../lib/builds';
import { cx } from '../../lib/cx';
import { useRow } from '../../live/hooks';
import { ExternalLink } from '../../ui/external-link';
import { Facts } from '../../ui/facts';
import { LinkButton } from '../../ui/link-button';
import { Card, Copyable, EmptyState, ErrorState, Skeleton, Time } from '../../ui/page';
import { buildLink, sourceText, targetOf } from './actions';
import { BuildDeployments } from './attached';
import { Commit, linkClass, RunView, useLastRun } from './last-run';
import { useBuild } from './read';
import { builderName } from './spec';

const m = all.overview;
const RUNS = ['RunBuild'];

export function Overview({ row }: { row: BuildRow }) {
  const query = useBuild(row);
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
            <Details row={row} build={query.data} />
          ) : (
            <Skeleton rows={6} />
          )}
        </Card>
        <BuildDeployments row={row} />
      </div>
    </div>
  );
}

function LastRun({ row }: { row: BuildRow }) {
  const { update, ready } = useLastRun(targetOf(row), RUNS);
  if (!update) {
    if (!ready) return <Skeleton rows={5} className="card" />;
    const complete = hasSource(row) && Boolean(row.info.builder_id);
    return (
      <div className="card">
        <EmptyState
          title={row.info.last_built_at > 0 ? m.noRecord : m.none}
          action={
            !complete && <LinkButton {...buildLink(row, 'config')}>{m.openConfig}</LinkButton>
          }
        >
          {complete ? m.noneText : m.notReady}
        </EmptyState>
      </div>
    );
  }
  return <RunView key={update.id} update={update} />;
}

function SourceFact({ row, build }: { row: BuildRow; build: Build }) {
  const { config } = build;
  const { info } = row;
  if (info.linked_repo && inGit(row)) {
    return (
      <Link
        to="/repos/$repo/$tab"
        params={{ repo: info.linked_repo, tab: 'overview' }}
        className={linkClass}
      >
        {info.linked_repo_name || info.linked_repo}
      </Link>
    );
  }
  const url = info.repo_link || repoUrl(config.git_https, config.git_provider, config.repo);
  if (!inGit(row) || !url) return sourceText(row);
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className={linkClass}>
      {config.git_provider}/{config.repo}
    </a>
  );
}

function commits(row: BuildRow, build: Build): Array<readonly [string, React.ReactNode]> {
  const { info } = build;
  const built = row.info.built_hash ?? info.built_hash;
  const latest = row.info.latest_hash ?? info.latest_hash;
  return [
    ...(built
      ? [[m.builtCommit, <Commit key="b" hash={built} message={info.built_message} />] as const]
      : []),
    ...(latest
      ? [
          [
            m.latestCommit,
            latest === built ? (
              <span key="l" className="text-muted">
                {m.same}
              </span>
            ) : (
              <Commit key="l" hash={latest} message={info.latest_message} />
            ),
          ] as const,
        ]
      : []),
    ...(info.remote_error
      ? [
          [
            m.sourceError,
            <span key="e" className="wrap-anywhere text-crit">
              {info.remote_error}
            </span>,
          ] as const,
        ]
      : []),
  ];
}

function Details({ row, build }: { row: BuildRow; build: Build }) {
  const { config } = build;
  const builder = useRow('builders', row.info.builder_id);
  const version = row.info.version;
  const pushed = config.image_registry.some(({ domain }) => domain);
  const tags = isLatest(version)
    ? imageTags(config, { ...LATEST, patch: 1 })
    : imageTags(config, version, row.info.built_hash ?? '');
  const branch = inGit(row) && (row.info.branch || config.branch);
  return (
    <Facts
      items={[
        [all.columns.version, isLatest(version) ? all.noVersion : versionText(version)],
        [
          m.images,
          <ul key="i">
            {imageNames(row.name, config).map((image) => (
              <li key={image} className="min-w-0">
                <Copyable text={image} />
              </li>
            ))}
            {!pushed && <li className="text-sm text-muted">{m.local}</li>}
          </ul>,
        ],
        [
          m.tags,
          <span key="t" className="flex flex-wrap gap-x-2">
            {tags.map((tag) => (
              <code key={tag}>{tag}</code>
            ))}
          </span>,
        ],
        [m.source, <SourceFact key="s" row={row} build={build} />],
        ...(branch
          ? [
              [
                m.branch,
                <span key="b">
                  <code>{branch}</code>
                  {config.commit && (
                    <>
                      {' '}
                      {m.pinned} <code>{shortHash(config.commit)}</code>
                    </>
                  )}
                </span>,
              ] as const,
            ]
          : []),
        ...commits(row, build),
        [
          m.builder,
          row.info.builder_id ? (
            <Link
              key="x"
              to="/builders/$builder/$tab"
              params={{ builder: row.info.builder_id, tab: 'config' }}
              className={linkClass}
            >
              {builder?.name ?? (builderName(row) || all.unknownBuilder(row.info.builder_id))}
            </Link>
          ) : (
            all.noBuilder
          ),
        ],
        [
          m.lastBuilt,
          row.info.last_built_at > 0 ? <Time key="w" ts={row.info.last_built_at} /> : all.never,
        ],
        ...(config.links.length > 0
          ? [
              [
                m.links,
                <ul key="k">
                  {config.links.map((link) => (
                    <li key={link} className="truncate">
                      <ExternalLink href={link} />
                    </li>
                  ))}
                </ul>,
              ] as const,
            ]
          : []),
      ]}
    />
  );
}
