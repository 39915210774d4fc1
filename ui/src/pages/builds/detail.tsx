/** /builds/$build/$tab. */
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo } from 'react';
import type { BuildRow } from '../../api/types';
import { useLocalListState } from '../../grid/list-state';
import { m } from '../../i18n/builds';
import { hasNewCommits, isLatest, versionText } from '../../lib/builds';
import { useShortcuts } from '../../lib/keys';
import { lazyPart } from '../../lib/lazy';
import { permitted, useLevel } from '../../lib/permission';
import { levelOf } from '../../lib/resource-actions';
import { useResource } from '../../lib/resource-rows';
import { buildState } from '../../lib/states';
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
import { buildActions, buildLink, buildNouns, targetOf } from './actions';
import { Source } from './spec';

const Overview = lazyPart(() => import('./overview').then(({ Overview }) => Overview));
const VersionsTab = lazyPart(() => import('./versions').then(({ VersionsTab }) => VersionsTab));
const DockerfileTab = lazyPart(() =>
  import('./dockerfile').then(({ DockerfileTab }) => DockerfileTab),
);
const ConfigTab = lazyPart(() => import('./config').then(({ ConfigTab }) => ConfigTab));
const Activities = lazyPart(() =>
  import('../activity/activities').then(({ Activities }) => Activities),
);

type TabId = keyof typeof m.tabs;
const TABS = (Object.keys(m.tabs) as TabId[]).map((id) => ({ id, label: m.tabs[id] }));
const SHOWN = ['build', 'refresh'];

export default function BuildPage() {
  const { build: ref, tab } = useParams({ strict: false }) as { build: string; tab: string };
  const { row, ready } = useResource('builds', ref);
  const navigate = useNavigate();
  const stale = useStaleSince();
  useRows('tags');
  useEffect(() => {
    // A name in the address becomes the id, which stays when the name changes.
    if (row && row.id !== ref) void navigate({ ...buildLink(row, tab), replace: true });
  }, [row, ref, tab, navigate]);
  const go = (to: TabId) => () => row && void navigate({ ...buildLink(row, to), replace: true });
  useShortcuts([
    { keys: 'v', what: m.tabs.versions, group: 'detail', run: go('versions') },
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
        to="/builds/$build/$tab"
        params={{ build: row.id }}
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

function Header({ row }: { row: BuildRow }) {
  const [tone, word] = buildState(row);
  // Whether it can build depends on its builder.
  useRows('builders');
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const level = useLevel(target);
  const actions = useMemo(() => permitted(buildActions, level, levelOf, m.why.permission), [level]);
  const { info } = row;
  return (
    <ResourceHeader
      crumbs={[{ label: m.title, to: '/builds' }]}
      tone={tone}
      name={row.name}
      state={word}
      facts={
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          {!isLatest(info.version) && (
            <Link {...buildLink(row, 'versions')} replace className="text-fg hover:underline">
              {versionText(info.version)}
            </Link>
          )}
          <span className="inline-flex min-w-0 items-baseline gap-x-1.5">
            {m.from} <Source row={row} />
          </span>
          {info.last_built_at > 0 && (
            <span>
              · {m.built} <Time ts={info.last_built_at} />
            </span>
          )}
        </span>
      }
      tags={
        <>
          {hasNewCommits(row) && <Badge tone="busy">{m.newCommits}</Badge>}
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
            nouns={buildNouns}
            shown={SHOWN}
            primary="build"
            onPhone={1}
          />
        )
      }
      below={<BusyLine operation={info.busy} />}
    />
  );
}

function TabContent({ row, tab }: { row: BuildRow; tab: string }) {
  switch (tab) {
    case 'versions':
      return <VersionsTab row={row} />;
    case 'dockerfile':
      return <DockerfileTab row={row} />;
    case 'config':
      return <ConfigTab row={row} />;
    case 'activity':
      return <BuildActivity id={row.id} />;
    default:
      return <Overview row={row} />;
  }
}

function BuildActivity({ id }: { id: string }) {
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
      <EmptyState title={m.gone} action={<LinkButton to="/builds">{m.toList}</LinkButton>}>
        {m.goneText}
      </EmptyState>
    </div>
  );
}
