/** /servers/$server/$tab: one server. */
import { useNavigate, useParams } from '@tanstack/react-router';
import { Server as ServerIcon, Trash } from 'lucide-react';
import { Suspense, useEffect } from 'react';
import type { ServerRow } from '../../api/types';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/server-page';
import { menuItems } from '../../lib/action';
import { bytes, fromGb } from '../../lib/format';
import { lazyPart } from '../../lib/lazy';
import { useRead } from '../../lib/query';
import { serverState } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { useRows } from '../../live/hooks';
import { remember } from '../../palette/recent';
import { BusyStrip } from '../../ui/busy-strip';
import { HeaderActions } from '../../ui/header-actions';
import { LinkButton } from '../../ui/link-button';
import { MenuButton } from '../../ui/menu';
import {
  EmptyState,
  ErrorState,
  PageTitle,
  ResourceHeader,
  Skeleton,
  Stale,
  Tabs,
  useStaleSince,
} from '../../ui/page';
import { pruneActions, serverActions, serverNouns } from './actions';
import { AttemptedKey, DockerMissing, Unreachable } from './banners';

const Overview = lazyPart(() => import('./overview').then(({ Overview }) => Overview));
const Config = lazyPart(() => import('./config').then(({ Config }) => Config));
const Containers = lazyPart(() => import('./containers').then(({ Containers }) => Containers));
const Docker = lazyPart(() => import('./docker').then(({ Docker }) => Docker));
const Processes = lazyPart(() => import('./processes').then(({ Processes }) => Processes));
const ServerActivity = lazyPart(() =>
  import('./activity').then(({ ServerActivity }) => ServerActivity),
);

export default function ServerPage() {
  const { server = '', tab = 'overview' } = useParams({ strict: false });
  const { rows, ready, error } = useRows('servers');
  const navigate = useNavigate();
  const row = rows.find(({ id }) => id === server);
  const named = row ? undefined : rows.find(({ name }) => name === server);
  useEffect(() => {
    if (named) {
      void navigate({
        to: '/servers/$server/$tab',
        params: { server: named.id, tab },
        replace: true,
      });
    }
  }, [named, navigate, tab]);
  const found = row?.id;
  useEffect(() => {
    if (found) remember('servers', found);
  }, [found]);
  if (error) return <ErrorState error={new Error(error.message)} what="load the servers" />;
  if (!row) {
    if (!ready || named) return <Skeleton rows={8} className="card" />;
    return (
      <div className="card">
        <PageTitle title={m.goneTitle}>
          <span className="sr-only">{m.goneTitle}</span>
        </PageTitle>
        <EmptyState
          title={m.goneTitle}
          icon={<ServerIcon size={28} />}
          action={<LinkButton to="/servers">{m.toServers}</LinkButton>}
        >
          {m.goneText}
        </EmptyState>
      </div>
    );
  }
  return <Found key={row.id} row={row} tab={tab} />;
}

function Found({ row, tab }: { row: ServerRow; tab: string }) {
  const stale = useStaleSince();
  const [tone, word] = serverState(row);
  const { containers, docker, state } = row.info;
  const up = state === 'Ok';
  const images = useRows(`images:${row.id}`);
  const volumes = useRows(`volumes:${row.id}`);
  const networks = useRows(`networks:${row.id}`);
  const counted = (view: { ready: boolean; rows: readonly unknown[] }) =>
    view.ready ? view.rows.length : undefined;
  const tabs = [
    { id: 'overview', label: m.tabs.overview },
    { id: 'containers', label: m.tabs.containers, count: containers?.total },
    { id: 'images', label: m.tabs.images, count: counted(images) },
    { id: 'volumes', label: m.tabs.volumes, count: counted(volumes) },
    { id: 'networks', label: m.tabs.networks, count: counted(networks) },
    { id: 'processes', label: m.tabs.processes },
    { id: 'config', label: m.tabs.config },
    { id: 'activity', label: m.tabs.activity },
  ];
  const known = tabs.some(({ id }) => id === tab) ? tab : 'overview';
  return (
    <>
      <ResourceHeader
        crumbs={[{ label: 'Servers', to: '/servers' }]}
        tone={tone}
        name={row.name}
        state={word}
        facts={<ServerFacts row={row} />}
        tags={<TagChips ids={row.tags} max={4} />}
        actions={
          <>
            <MenuButton
              label={m.pruneMenu}
              kind="plain"
              icon={<Trash size={14} />}
              disabledReason={!up ? m.notReachable : docker === null ? m.noDocker : null}
              items={() => menuItems(pruneActions, row, serverNouns)}
            >
              {m.pruneMenu}
            </MenuButton>
            <HeaderActions actions={serverActions} row={row} nouns={serverNouns} shown={[]} />
          </>
        }
      />
      <BusyStrip operation={row.info.busy} update={row.info.busy_update} />
      <AttemptedKey row={row} />
      <Tabs
        label={m.tabsLabel}
        tabs={tabs}
        active={known}
        to="/servers/$server/$tab"
        params={{ server: row.id }}
      />
      {state === 'NotOk' && known !== 'config' && <Unreachable row={row} />}
      {up && docker === null && ['containers', 'images', 'volumes', 'networks'].includes(known) && (
        <DockerMissing />
      )}
      <Stale since={stale ?? (up || known === 'config' ? null : row.info.seen_ms)}>
        <Suspense fallback={<Skeleton rows={8} className="card" />}>
          <TabContent row={row} tab={known} />
        </Suspense>
      </Stale>
    </>
  );
}

function TabContent({ row, tab }: { row: ServerRow; tab: string }) {
  const [state, setState] = useUrlListState();
  switch (tab) {
    case 'containers':
      return <Containers row={row} state={state} onState={setState} />;
    case 'images':
    case 'volumes':
    case 'networks':
      return <Docker key={tab} kind={tab} row={row} state={state} onState={setState} />;
    case 'processes':
      return <Processes row={row} state={state} onState={setState} />;
    case 'config':
      return <Config row={row} />;
    case 'activity':
      return <ServerActivity row={row} state={state} onState={setState} />;
    default:
      return <Overview row={row} />;
  }
}

/** Debian 13 · 8 cores · 32 GiB · agent 2.3.2 */
function ServerFacts({ row }: { row: ServerRow }) {
  const { data } = useRead(
    'GetSystemInformation',
    { server: row.id },
    { enabled: row.info.state === 'Ok', staleTime: 600_000 },
  );
  const cores = row.info.logical_core_count ?? row.info.core_count;
  const memory = row.info.stats?.mem_total_gb;
  return [
    data?.os,
    cores ? m.cores(cores) : null,
    memory ? bytes(fromGb(memory)) : null,
    row.info.version ? m.agent(row.info.version) : null,
    row.info.region || null,
  ]
    .filter(Boolean)
    .join(' · ');
}
