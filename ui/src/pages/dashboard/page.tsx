/** /: what is broken, what runs, what changed; then the fleet. */
import { Plus, Server } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { ContainerRow, DeploymentRow, ServerRow, UpdateRow } from '../../api/types';
import { Grid } from '../../grid/grid';
import { useLocalListState } from '../../grid/list-state';
import { m } from '../../i18n/dashboard';
import { count } from '../../lib/format';
import { useTags } from '../../lib/tags';
import { useStored } from '../../lib/value';
import { useRows, useValue } from '../../live/hooks';
import { openAddServer } from '../../shell/create';
import { Button } from '../../ui/button';
import { Segmented } from '../../ui/field';
import { EmptyState, PageTitle, Stale, useStaleSince } from '../../ui/page';
import { Badge } from '../../ui/state';
import { serverSpec } from '../servers/spec';
import { ActivityCard } from './activity-card';
import { useAttention } from './attention';
import { AttentionCard } from './attention-card';
import { scope, setScope } from './scope';
import { Summary } from './summary';

const MAX_TAGS = 8;

export default function DashboardPage() {
  const servers = useRows('servers');
  const containers = useRows('container_problems');
  const deployments = useRows('deployments');
  const updates = useRows('updates');
  const { value: boot } = useValue('boot');
  const tags = useTags();
  const chosen = useStored(scope);
  const tag = tags.has(chosen) ? chosen : '';
  const fleet = useMemo(
    () => scoped(tag, servers.rows, containers.rows, deployments.rows, updates.rows),
    [tag, servers.rows, containers.rows, deployments.rows, updates.rows],
  );
  const found = useAttention(fleet);
  const ready = servers.ready && containers.ready && deployments.ready;
  const stale = useStaleSince();
  return (
    <>
      <header className="mb-2.5 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1">
          <PageTitle title={m.title}>{m.title}</PageTitle>
        </div>
        {tags.size > 0 && (
          <Segmented
            label={m.scope}
            value={tag}
            onChange={setScope}
            options={[
              { value: '', label: m.all },
              ...[...tags.values()]
                .slice(0, MAX_TAGS)
                .map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </header>
      <Stale since={stale}>
        <div className="flex flex-col gap-3">
          <Summary
            servers={fleet.servers}
            containers={fleet.containers}
            deployments={fleet.deployments}
            ready={ready}
            running={boot?.running ?? 0}
          />
          <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
            <AttentionCard found={found} ready={ready && updates.ready} updates={updates.rows} />
            <ActivityCard rows={fleet.updates} ready={updates.ready} />
          </div>
          <FleetTable rows={fleet.servers} servers={servers} narrowed={tag !== ''} />
        </div>
      </Stale>
    </>
  );
}

function scoped(
  tag: string,
  servers: readonly ServerRow[],
  containers: readonly ContainerRow[],
  deployments: readonly DeploymentRow[],
  updates: readonly UpdateRow[],
) {
  if (!tag) return { servers, containers, deployments, updates };
  const own = servers.filter((row) => row.tags.includes(tag));
  const mine = deployments.filter((row) => row.tags.includes(tag));
  const hosts = new Set(own.map(({ id }) => id));
  const targets = new Set([...hosts, ...mine.map(({ id }) => id)]);
  return {
    servers: own,
    deployments: mine,
    containers: containers.filter(({ server_id }) => hosts.has(server_id ?? '')),
    updates: updates.filter(({ target }) => targets.has(target.id)),
  };
}

const FleetTable = memo(function FleetTable({
  rows,
  servers,
  narrowed,
}: {
  rows: readonly ServerRow[];
  servers: ReturnType<typeof useRows<'servers'>>;
  narrowed: boolean;
}) {
  const [state, setState] = useLocalListState();
  return (
    <Grid
      spec={serverSpec}
      rows={rows}
      ready={servers.ready}
      error={servers.error}
      state={state}
      onState={setState}
      narrowed={narrowed}
      selectable={false}
      lead={
        <div className="flex items-center gap-2">
          <h2 className="font-bold">{m.fleet}</h2>
          {servers.ready && <Badge>{count(rows.length)}</Badge>}
        </div>
      }
      empty={
        <EmptyState
          title={m.emptyTitle}
          icon={<Server size={28} />}
          action={
            <Button kind="primary" icon={<Plus size={14} />} onClick={openAddServer}>
              {m.addServer}
            </Button>
          }
        >
          {m.emptyText}
        </EmptyState>
      }
    />
  );
});
