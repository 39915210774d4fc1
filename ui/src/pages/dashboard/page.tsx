/** /: what is broken, what runs, what changed; then the fleet. */
import { Plus, Server } from 'lucide-react';
import { memo, startTransition, useEffect, useMemo, useState } from 'react';
import type { ServerRow } from '../../api/types';
import { Grid } from '../../grid/grid';
import { useLocalListState } from '../../grid/list-state';
import { m } from '../../i18n/dashboard';
import { count } from '../../lib/format';
import { useTags } from '../../lib/tags';
import { useTargetNames } from '../../lib/targets';
import { useStored } from '../../lib/value';
import { useRows, useValue } from '../../live/hooks';
import { openAddServer } from '../../shell/create';
import { Button } from '../../ui/button';
import { Segmented } from '../../ui/field';
import { EmptyState, PageTitle, Stale, useStaleSince } from '../../ui/page';
import { Badge } from '../../ui/state';
import { serverSpec } from '../servers/spec';
import { ActivityCard } from './activity-card';
import { type Fleet, useAttention } from './attention';
import { AttentionCard } from './attention-card';
import { scope, setScope } from './scope';
import { Summary } from './summary';

const MAX_TAGS = 8;

export default function DashboardPage() {
  const servers = useRows('servers');
  const containers = useRows('container_problems');
  const deployments = useRows('deployments');
  const builds = useRows('builds');
  const repos = useRows('repos');
  const updates = useRows('updates');
  const { value: boot } = useValue('boot');
  const tags = useTags();
  const chosen = useStored(scope);
  const tag = tags.has(chosen) ? chosen : '';
  const fleet = useMemo(
    () =>
      scoped(tag, {
        servers: servers.rows,
        containers: containers.rows,
        deployments: deployments.rows,
        builds: builds.rows,
        repos: repos.rows,
        updates: updates.rows,
      }),
    [tag, servers.rows, containers.rows, deployments.rows, builds.rows, repos.rows, updates.rows],
  );
  const found = useAttention(fleet, useTargetNames());
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
            builds={fleet.builds}
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

/** What of the fleet carries the tag, or lies on servers that do. */
function scoped(tag: string, fleet: Fleet): Fleet {
  if (!tag) return fleet;
  const tagged = <T extends { tags: readonly string[] }>(rows: readonly T[]) =>
    rows.filter((row) => row.tags.includes(tag));
  const servers = tagged(fleet.servers);
  const deployments = tagged(fleet.deployments);
  const builds = tagged(fleet.builds);
  const repos = tagged(fleet.repos);
  const hosts = new Set(servers.map(({ id }) => id));
  const targets = new Set([...servers, ...deployments, ...builds, ...repos].map(({ id }) => id));
  return {
    servers,
    deployments,
    builds,
    repos,
    containers: fleet.containers.filter(({ server_id }) => hosts.has(server_id ?? '')),
    updates: fleet.updates.filter(({ target }) => targets.has(target.id)),
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
  // Its rows follow the cards in a step of their own, so that the page answers in between.
  const [drawn, setDrawn] = useState(false);
  useEffect(() => startTransition(() => setDrawn(true)), []);
  return (
    <Grid
      spec={serverSpec}
      rows={rows}
      ready={servers.ready && drawn}
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
