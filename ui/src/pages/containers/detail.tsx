/** One container, whoever manages it: log, stats, inspect, and what was done on its server. */
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import type { ResourceTarget, UpdateRow } from '../../api/types';
import { useLocalListState } from '../../grid/list-state';
import { m } from '../../i18n/containers';
import { imageName } from '../../lib/format';
import { permitted, useLevel } from '../../lib/permission';
import { targetLink, targetName } from '../../lib/targets';
import { useRow, useRows } from '../../live/hooks';
import { ContainerLogView } from '../../log/container-log';
import { FillHeight } from '../../log/fill';
import { BusyStrip } from '../../ui/busy-strip';
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
import { Activities } from '../activity/activities';
import { containerActions, containerNouns } from './actions';
import type { Container } from './figures';
import { useContainer } from './rows';
import { stateOf } from './spec';

const StatsTab = lazy(() =>
  import('./stats').then(({ StatsTab: component }) => ({ default: component })),
);

const Inspect = lazy(() =>
  import('./inspect-page').then(({ InspectPage: component }) => ({ default: component })),
);

const TABS = (Object.keys(m.tabs) as Array<keyof typeof m.tabs>).map((id) => ({
  id,
  label: m.tabs[id],
}));

interface Params {
  server: string;
  name: string;
  tab: string;
}

export default function ContainerPage() {
  const { server, name, tab } = useParams({ strict: false }) as Params;
  const { at } = useSearch({ strict: false }) as { at?: number };
  const { ready } = useRows('containers');
  useRows('deployments');
  const row = useContainer(server, name);
  const on = useRow('servers', server);
  const stale = useStaleSince();
  const target = useMemo((): ResourceTarget => ({ type: 'Server', id: server }), [server]);
  const level = useLevel(target);
  const actions = useMemo(
    () =>
      permitted(
        containerActions.filter(({ id }) => id !== 'logs'),
        level,
        (id) => (id === 'copy-id' ? 'Read' : 'Execute'),
        m.why.permission,
      ),
    [level],
  );
  if (!row) return <Missing server={server} name={name} ready={ready} />;
  const owner = row.resource ? targetLink(row.resource) : null;
  const [tone, word] = stateOf(row);
  return (
    <>
      <ResourceHeader
        crumbs={[
          { label: m.title, to: '/containers' },
          {
            label: on?.name ?? row.server_name ?? '',
            to: '/servers/$server/$tab',
            params: { server, tab: 'containers' },
          },
        ]}
        tone={tone}
        name={name}
        state={word}
        facts={
          <>
            <code>{imageName(row.image)}</code> {m.on}{' '}
            <Link
              to="/servers/$server/$tab"
              params={{ server, tab: 'overview' }}
              className="text-accent underline decoration-line hover:decoration-current"
            >
              {on?.name ?? row.server_name}
            </Link>
            {owner && row.resource && (
              <>
                {' '}
                · {m.managedBy}{' '}
                <Link
                  to={owner.to as string}
                  params={owner.params as never}
                  className="text-accent underline decoration-line hover:decoration-current"
                >
                  {targetName(row.resource)}
                </Link>
              </>
            )}
          </>
        }
        actions={
          <HeaderActions
            actions={actions}
            row={row}
            nouns={containerNouns}
            shown={['start', 'unpause', 'restart', 'stop']}
          />
        }
      />
      <BusyStrip operation={row.busy} update={row.busy_update} />
      <Tabs
        tabs={TABS}
        active={tab}
        to="/servers/$server/containers/$name/$tab"
        params={{ server, name }}
        label={name}
      />
      <Stale since={stale}>
        <TabContent row={row} tab={tab} at={at} />
      </Stale>
    </>
  );
}

function TabContent({ row, tab, at }: { row: Container; tab: string; at: number | undefined }) {
  const server = row.server_id ?? '';
  if (tab === 'inspect') {
    return (
      <Suspense fallback={<Skeleton rows={6} className="card" />}>
        <Inspect row={row} />
      </Suspense>
    );
  }
  if (tab === 'stats') {
    return (
      <Suspense fallback={<Skeleton rows={6} className="card" />}>
        <StatsTab server={server} container={row.name} running={row.state === 'running'} />
      </Suspense>
    );
  }
  if (tab === 'activity') return <ContainerActivity server={server} container={row.name} />;
  return (
    <FillHeight>
      <ContainerLogView
        key={row.id}
        server={server}
        container={row.name}
        running={row.state === 'running'}
        at={at}
        className="h-full"
      />
    </FillHeight>
  );
}

function ContainerActivity({ server, container }: { server: string; container: string }) {
  // What was done to it, and to all containers at once.
  const mine = useCallback(
    ({ operation, other_data }: UpdateRow) =>
      other_data === container || /AllContainers$/.test(operation),
    [container],
  );
  const [state, setState] = useLocalListState();
  const target = useMemo((): ResourceTarget => ({ type: 'Server', id: server }), [server]);
  return <Activities target={target} filter={mine} state={state} onState={setState} />;
}

function Missing({ server, name, ready }: { server: string; name: string; ready: boolean }) {
  const on = useRow('servers', server);
  if (!ready) return <Skeleton rows={6} className="card" />;
  return (
    <div className="card">
      <PageTitle title={name}>
        <span className="sr-only">{m.gone(name)}</span>
      </PageTitle>
      <EmptyState
        title={m.gone(name)}
        action={
          <>
            {on && (
              <LinkButton to="/servers/$server/$tab" params={{ server, tab: 'containers' }}>
                {m.toServer}
              </LinkButton>
            )}
            <LinkButton to="/containers">{m.toList}</LinkButton>
          </>
        }
      >
        {on ? m.goneHint : m.notHere}
      </EmptyState>
    </div>
  );
}
