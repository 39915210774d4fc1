/** One deployment: log, stats, inspect, versions, config, activity. */
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { DeploymentRow, UpdateListItem } from '../../api/types';
import { m } from '../../i18n/deployments';
import { imageName } from '../../lib/format';
import { lazyPart } from '../../lib/lazy';
import { usePermitted } from '../../lib/permission';
import { useRead } from '../../lib/query';
import { useResource } from '../../lib/resource-rows';
import { deploymentState } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { useRow, useRows } from '../../live/hooks';
import { ContainerLogView } from '../../log/container-log';
import { FillHeight } from '../../log/fill';
import { ExternalLinks } from '../../ui/external-link';
import { HeaderActions } from '../../ui/header-actions';
import { LinkButton } from '../../ui/link-button';
import { EmptyState, ResourceHeader, Skeleton, Time } from '../../ui/page';
import { Badge } from '../../ui/state';
import { Ports } from '../containers/spec';
import { BusyActions, BusyLine } from '../resource/busy';
import { ActivityTab, ResourcePage } from '../resource/page';
import {
  deploymentActions,
  deploymentLink,
  deploymentNouns,
  isUp,
  levelOf,
  targetOf,
} from './actions';
import { useContainerOf } from './container';

const StatsTab = lazyPart(() => import('../containers/stats').then(({ StatsTab }) => StatsTab));
const Inspect = lazyPart(() =>
  import('../containers/inspect-page').then(({ InspectPage }) => InspectPage),
);
const ConfigTab = lazyPart(() => import('./config').then(({ ConfigTab }) => ConfigTab));
const VersionsTab = lazyPart(() => import('./versions').then(({ VersionsTab }) => VersionsTab));

type TabId = keyof typeof m.tabs;
const tabOf = (id: TabId) => ({ id, label: m.tabs[id] });
const TABS = (Object.keys(m.tabs) as TabId[]).map(tabOf);
const TABS_OF_IMAGE = TABS.filter(({ id }) => id !== 'versions');
const KEYS = { L: tabOf('logs'), e: tabOf('config'), a: tabOf('activity') };
const SHOWN = ['deploy', 'redeploy', 'start', 'unpause', 'restart', 'stop'];

export default function DeploymentPage() {
  const { deployment: asked, tab } = useParams({ strict: false }) as {
    deployment: string;
    tab: string;
  };
  const { row, ready } = useResource('deployments', asked);
  return (
    <ResourcePage
      asked={asked}
      row={row}
      ready={ready}
      link={deploymentLink}
      list="/deployments"
      words={m}
      tabs={({ info }) => (info.build_id || tab === 'versions' ? TABS : TABS_OF_IMAGE)}
      tab={tab}
      keys={KEYS}
      header={(found) => <Header row={found} />}
      content={(found) => <TabContent row={found} tab={tab} />}
    />
  );
}

function Header({ row }: { row: DeploymentRow }) {
  const [tone, word] = deploymentState(row);
  const container = useContainerOf(row);
  const last = useLastDeploy(row.id);
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const actions = usePermitted(deploymentActions, target, levelOf, m.why.permission);
  const { info } = row;
  return (
    <ResourceHeader
      crumbs={[{ label: m.title, to: '/deployments' }]}
      tone={tone}
      name={row.name}
      state={word}
      facts={
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          <code className="wrap-anywhere">{info.image ? imageName(info.image) : m.noImage}</code>
          {info.build_id && <BuildFact id={info.build_id} />}
          <span>
            {m.on}{' '}
            {info.server_id ? (
              <Link
                to="/servers/$server/$tab"
                params={{ server: info.server_id, tab: 'overview' }}
                className="text-accent underline decoration-line hover:decoration-current"
              >
                {info.server_name}
              </Link>
            ) : (
              m.noServer
            )}
          </span>
          {last && (
            <span>
              · {m.deployedBy}{' '}
              <Link
                to="/activity/$update"
                params={{ update: last.id }}
                className="hover:text-fg hover:underline"
              >
                <Time ts={last.start_ts} />
              </Link>{' '}
              {m.by} {last.username}
            </span>
          )}
          {container?.ports && <Ports row={container} max={3} />}
          <DeploymentLinks id={row.id} />
        </span>
      }
      tags={
        <>
          {info.update_available && <Badge tone="busy">{m.update}</Badge>}
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
            nouns={deploymentNouns}
            shown={SHOWN}
            primary={isUp(row) ? 'redeploy' : 'deploy'}
          />
        )
      }
      below={<BusyLine operation={info.busy} />}
    />
  );
}

function DeploymentLinks({ id }: { id: string }) {
  const { data } = useRead('GetDeployment', { deployment: id });
  return data ? <ExternalLinks hrefs={data.config.links} /> : null;
}

function BuildFact({ id }: { id: string }) {
  const build = useRow('builds', id);
  if (!build) return null;
  return (
    <span>
      {m.fromBuild}{' '}
      <Link
        to="/builds/$build/$tab"
        params={{ build: id, tab: 'overview' }}
        className="text-accent underline decoration-line hover:decoration-current"
      >
        {build.name}
      </Link>
    </span>
  );
}

/** The last deploy that went well: of the live activities, else asked for. */
function useLastDeploy(id: string): UpdateListItem | undefined {
  const { rows, ready } = useRows('updates');
  const live = useMemo(
    () =>
      rows
        .filter(
          ({ operation, target, status, success }) =>
            operation === 'Deploy' && target.id === id && status === 'Complete' && success,
        )
        .sort((a, b) => b.start_ts - a.start_ts)[0],
    [rows, id],
  );
  const { data } = useRead(
    'ListUpdates',
    {
      query: { 'target.type': 'Deployment', 'target.id': id, operation: 'Deploy', success: true },
      page: 0,
    },
    { enabled: ready && !live, staleTime: 300_000 },
  );
  return (
    (live as UpdateListItem | undefined) ??
    data?.updates.find(({ status }) => status === 'Complete')
  );
}

function TabContent({ row, tab }: { row: DeploymentRow; tab: string }) {
  const { at } = useSearch({ strict: false }) as { at?: number };
  const container = useContainerOf(row);
  if (tab === 'config') return <ConfigTab row={row} />;
  if (tab === 'activity') return <ActivityTab {...targetOf(row)} />;
  if (tab === 'versions') return <VersionsTab row={row} />;
  if (!container) return <NoContainer row={row} />;
  const server = row.info.server_id;
  const running = container.state === 'running';
  if (tab === 'stats') {
    return <StatsTab server={server} container={container.name} running={running} />;
  }
  if (tab === 'inspect') return <Inspect row={container} />;
  return (
    <FillHeight>
      <ContainerLogView
        key={container.id}
        server={server}
        container={container.name}
        running={running}
        at={at}
        className="h-full"
      />
    </FillHeight>
  );
}

function NoContainer({ row }: { row: DeploymentRow }) {
  const { rows, ready } = useRows('containers');
  const [asked] = useState(rows.length);
  if (!ready && asked === 0) return <Skeleton rows={8} className="card" />;
  const unknown = row.info.state === 'unknown';
  return (
    <div className="card">
      <EmptyState
        title={unknown ? m.unknownTitle : m.notDeployedTitle}
        action={<LinkButton {...deploymentLink(row, 'config')}>{m.openConfig}</LinkButton>}
      >
        {unknown ? m.unknownText : m.notDeployedText}
      </EmptyState>
    </div>
  );
}
