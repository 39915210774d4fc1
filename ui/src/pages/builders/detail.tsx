/** /builders/$builder/$tab. */
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo } from 'react';
import type { BuilderRow } from '../../api/types';
import { useLocalListState } from '../../grid/list-state';
import { m } from '../../i18n/builders';
import { useShortcuts } from '../../lib/keys';
import { lazyPart } from '../../lib/lazy';
import { permitted, useLevel } from '../../lib/permission';
import { levelOf } from '../../lib/resource-actions';
import { TagChips } from '../../lib/tags';
import { useRow, useRows } from '../../live/hooks';
import { HeaderActions } from '../../ui/header-actions';
import { LinkButton } from '../../ui/link-button';
import {
  EmptyState,
  PageTitle,
  ResourceHeader,
  Skeleton,
  Stale,
  Tabs,
  useStaleSince,
} from '../../ui/page';
import { ExportHost } from '../../ui/toml-export';
import { builderActions, builderLink, builderNouns, stateOf, targetOf, whereOf } from './actions';

const ConfigTab = lazyPart(() => import('./config').then(({ ConfigTab }) => ConfigTab));
const Activities = lazyPart(() =>
  import('../activity/activities').then(({ Activities }) => Activities),
);

type TabId = keyof typeof m.tabs;
const TABS = (Object.keys(m.tabs) as TabId[]).map((id) => ({ id, label: m.tabs[id] }));
const SHOWN = ['new-build'];
const MAX_BUILDS = 4;

export default function BuilderPage() {
  const { builder: ref, tab } = useParams({ strict: false }) as { builder: string; tab: string };
  const { rows, ready } = useRows('builders');
  const byId = useRow('builders', ref);
  const row = byId ?? rows.find(({ name }) => name === ref);
  const navigate = useNavigate();
  const stale = useStaleSince();
  useRows('tags');
  useEffect(() => {
    // A name in the address becomes the id, which stays when the name changes.
    if (row && row.id !== ref) void navigate({ ...builderLink(row, tab), replace: true });
  }, [row, ref, tab, navigate]);
  const go = (to: TabId) => () => row && void navigate({ ...builderLink(row, to), replace: true });
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
        to="/builders/$builder/$tab"
        params={{ builder: row.id }}
        label={row.name}
      />
      <Stale since={stale}>
        <Suspense fallback={<Skeleton rows={8} className="card" />}>
          {tab === 'activity' ? (
            <BuilderActivity id={row.id} />
          ) : (
            <ConfigTab key={row.id} row={row} />
          )}
        </Suspense>
      </Stale>
      <ExportHost />
    </>
  );
}

function Header({ row }: { row: BuilderRow }) {
  useRow('servers', row.info.instance_type ?? '');
  const [tone, word] = stateOf(row);
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const level = useLevel(target);
  const actions = useMemo(
    () =>
      permitted(
        builderActions,
        level,
        (id) => (id === 'new-build' ? 'Read' : levelOf(id)),
        m.why.permission,
      ),
    [level],
  );
  return (
    <ResourceHeader
      crumbs={[{ label: m.title, to: '/builders' }]}
      tone={tone}
      name={row.name}
      state={word}
      facts={
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          <span>
            {m.types[row.info.builder_type]} · {whereOf(row)}
          </span>
          <Users id={row.id} />
        </span>
      }
      tags={<TagChips ids={row.tags} max={4} />}
      actions={
        <HeaderActions actions={actions} row={row} nouns={builderNouns} shown={SHOWN} onPhone={1} />
      }
    />
  );
}

/** The builds that use it. */
function Users({ id }: { id: string }) {
  const { rows } = useRows('builds');
  const own = rows.filter(({ info }) => info.builder_id === id);
  if (own.length === 0) return null;
  return (
    <span className="min-w-0">
      ·{' '}
      {own.slice(0, MAX_BUILDS).map((build, at) => (
        <span key={build.id}>
          {at > 0 && ', '}
          <Link
            to="/builds/$build/$tab"
            params={{ build: build.id, tab: 'overview' }}
            className="text-accent underline decoration-line hover:decoration-current"
          >
            {build.name}
          </Link>
        </span>
      ))}
      {own.length > MAX_BUILDS && ` +${own.length - MAX_BUILDS}`}
    </span>
  );
}

function BuilderActivity({ id }: { id: string }) {
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
      <EmptyState title={m.gone} action={<LinkButton to="/builders">{m.toList}</LinkButton>}>
        {m.goneText}
      </EmptyState>
    </div>
  );
}
