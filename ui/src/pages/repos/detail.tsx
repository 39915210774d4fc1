/** /repos/$repo/$tab. */
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo } from 'react';
import type { RepoRow } from '../../api/types';
import { useLocalListState } from '../../grid/list-state';
import { m } from '../../i18n/repos';
import { shortHash } from '../../lib/builds';
import { useShortcuts } from '../../lib/keys';
import { lazyPart } from '../../lib/lazy';
import { permitted, useLevel } from '../../lib/permission';
import { levelOf } from '../../lib/resource-actions';
import { useResource } from '../../lib/resource-rows';
import { repoState } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { useRows } from '../../live/hooks';
import { HeaderActions } from '../../ui/header-actions';
import { LinkButton } from '../../ui/link-button';
import {
  EmptyState,
  PageTitle,
  ResourceHeader,
  Skeleton,
  Stale,
  Tabs,
  Time,
  useStaleSince,
} from '../../ui/page';
import { Badge } from '../../ui/state';
import { ExportHost } from '../../ui/toml-export';
import { BusyActions, BusyLine } from '../deployments/busy';
import { isBehind, isCloned, repoActions, repoLink, repoNouns, targetOf } from './actions';
import { RepoSource } from './spec';

const Overview = lazyPart(() => import('./overview').then(({ Overview }) => Overview));
const ConfigTab = lazyPart(() => import('./config').then(({ ConfigTab }) => ConfigTab));
const Activities = lazyPart(() =>
  import('../activity/activities').then(({ Activities }) => Activities),
);

type TabId = keyof typeof m.tabs;
const TABS = (Object.keys(m.tabs) as TabId[]).map((id) => ({ id, label: m.tabs[id] }));
const SHOWN = ['pull', 'clone', 'build', 'refresh'];

export default function RepoPage() {
  const { repo: ref, tab } = useParams({ strict: false }) as { repo: string; tab: string };
  const { row, ready } = useResource('repos', ref);
  const navigate = useNavigate();
  const stale = useStaleSince();
  useRows('tags');
  useEffect(() => {
    // A name in the address becomes the id, which stays when the name changes.
    if (row && row.id !== ref) void navigate({ ...repoLink(row, tab), replace: true });
  }, [row, ref, tab, navigate]);
  const go = (to: TabId) => () => row && void navigate({ ...repoLink(row, to), replace: true });
  useShortcuts([
    { keys: 'e', what: m.tabs.config, group: 'detail', run: go('config') },
    { keys: 'a', what: m.tabs.activity, group: 'detail', run: go('activity') },
  ]);
  if (!row) return <Missing ready={ready} />;
  return (
    <>
      <Header row={row} />
      <Tabs
        tabs={TABS}
        active={tab}
        to="/repos/$repo/$tab"
        params={{ repo: row.id }}
        label={row.name}
      />
      <Stale since={stale}>
        <Suspense fallback={<Skeleton rows={8} className="card" />}>
          <TabContent key={row.id} row={row} tab={tab} />
        </Suspense>
      </Stale>
      <ExportHost />
    </>
  );
}

function Header({ row }: { row: RepoRow }) {
  const [tone, word] = repoState(row);
  // Whether it can build depends on its builder.
  useRows('builders');
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const level = useLevel(target);
  const actions = useMemo(() => permitted(repoActions, level, levelOf, m.why.permission), [level]);
  const { info } = row;
  return (
    <ResourceHeader
      crumbs={[{ label: m.title, to: '/repos' }]}
      tone={tone}
      name={row.name}
      state={word}
      facts={
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          <RepoSource row={row} />
          {info.cloned_hash && <code>{shortHash(info.cloned_hash)}</code>}
          {info.server_id && (
            <span>
              {m.on}{' '}
              <Link
                to="/servers/$server/$tab"
                params={{ server: info.server_id, tab: 'overview' }}
                className="text-accent underline decoration-line hover:decoration-current"
              >
                {info.server_name}
              </Link>
            </span>
          )}
          {info.last_pulled_at > 0 && (
            <span>
              · {m.pulled} <Time ts={info.last_pulled_at} />
            </span>
          )}
        </span>
      }
      tags={
        <>
          {isBehind(row) && <Badge tone="busy">{m.newCommits}</Badge>}
          <TagChips ids={row.tags} max={4} />
        </>
      }
      actions={
        info.busy ? (
          <BusyActions row={row} />
        ) : (
          <HeaderActions
            actions={actions}
            row={row}
            nouns={repoNouns}
            shown={SHOWN}
            primary={isCloned(row) ? 'pull' : 'clone'}
          />
        )
      }
      below={<BusyLine operation={info.busy} />}
    />
  );
}

function TabContent({ row, tab }: { row: RepoRow; tab: string }) {
  switch (tab) {
    case 'config':
      return <ConfigTab row={row} />;
    case 'activity':
      return <RepoActivity id={row.id} />;
    default:
      return <Overview row={row} />;
  }
}

function RepoActivity({ id }: { id: string }) {
  const [state, setState] = useLocalListState();
  const target = useMemo(() => targetOf({ id }), [id]);
  return <Activities target={target} state={state} onState={setState} />;
}

function Missing({ ready }: { ready: boolean }) {
  if (!ready) return <Skeleton rows={6} className="card" />;
  return (
    <div className="card">
      <PageTitle title={m.gone}>
        <span className="sr-only">{m.gone}</span>
      </PageTitle>
      <EmptyState title={m.gone} action={<LinkButton to="/repos">{m.toList}</LinkButton>}>
        {m.goneText}
      </EmptyState>
    </div>
  );
}
