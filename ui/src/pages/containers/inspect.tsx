/** What Docker says of a container: as a tree, and the important parts at the side. */
import type { ReactNode } from 'react';
import type { Container as Inspected } from '../../api/types';
import { m } from '../../i18n/containers';
import { shortId } from '../../lib/format';
import { useRead } from '../../lib/query';
import { Facts } from '../../ui/dialog';
import { Card, Copyable, ErrorState, Skeleton, Time } from '../../ui/page';
import type { Container } from './figures';
import { JsonTree } from './json-tree';
import { Ports } from './spec';

export function InspectTab({ server, container }: { server: string; container: string }) {
  const query = useRead('InspectContainer', { server, container });
  if (query.error) {
    return (
      <div className="card">
        <ErrorState error={query.error} what={m.load} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (!query.data) return <Skeleton rows={10} className="card" />;
  return (
    <JsonTree
      value={query.data}
      label={m.inspect.label(container)}
      refreshing={query.isFetching}
      onRefresh={() => void query.refetch()}
    />
  );
}

const time = (text: string | null | undefined): number | null => {
  const ts = Date.parse(text ?? '');
  return Number.isNaN(ts) || ts <= 0 ? null : ts;
};

/** Facts, ports, mounts and networks. The row fills in until Docker was asked. */
export function ContainerSummary({ row }: { row: Container }) {
  const query = useRead('InspectContainer', {
    server: row.server_id ?? '',
    container: row.name,
  });
  const data = query.data;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Card title={m.summary} bodyClass="p-3">
        <Facts items={facts(row, data)} />
      </Card>
      <Card title={m.ports} bodyClass="p-3">
        {row.ports?.some(({ PublicPort }) => PublicPort) ? (
          <Ports row={row} />
        ) : (
          <p className="text-muted">{m.noPorts}</p>
        )}
      </Card>
      {data && (
        <>
          <Mounts data={data} />
          <Networks data={data} />
        </>
      )}
    </div>
  );
}

type Fact = readonly [string, ReactNode];

function facts(row: Container, data: Inspected | undefined): Fact[] {
  const state = data?.State;
  const command = [data?.Path, ...(data?.Args ?? [])].filter(Boolean).join(' ');
  const policy = data?.HostConfig as { RestartPolicy?: { Name?: string } } | null | undefined;
  const started = time(state?.StartedAt);
  const items: Array<Fact | false | null | undefined> = [
    [m.facts.image, <Copyable key="i" text={row.image ?? data?.Config?.Image ?? ''} />],
    row.container_id
      ? [m.facts.id, <Copyable key="c" text={row.container_id} shown={shortId(row.container_id)} />]
      : null,
    command ? [m.facts.command, <Copyable key="x" text={command} />] : null,
    state?.Running && started ? [m.facts.started, <Time key="s" ts={started} />] : null,
    !state?.Running && time(state?.FinishedAt)
      ? [m.facts.finished, <Time key="f" ts={time(state?.FinishedAt)} />]
      : null,
    data && !state?.Running && state?.ExitCode !== undefined && state.ExitCode !== null
      ? [m.facts.exit, String(state.ExitCode)]
      : null,
    state?.OOMKilled ? [m.facts.oom, 'yes'] : null,
    state?.Error
      ? [
          m.facts.error,
          <span key="e" className="text-crit">
            {state.Error}
          </span>,
        ]
      : null,
    state?.Health?.Status ? [m.facts.health, state.Health.Status] : null,
    data?.RestartCount ? [m.facts.restarts, String(data.RestartCount)] : null,
    policy?.RestartPolicy?.Name ? [m.facts.policy, policy.RestartPolicy.Name] : null,
    time(data?.Created) ? [m.facts.created, <Time key="m" ts={time(data?.Created)} />] : null,
  ];
  return items.filter((item): item is Fact => Boolean(item));
}

function Mounts({ data }: { data: Inspected }) {
  const mounts = data.Mounts ?? [];
  return (
    <Card title={m.mounts} bodyClass="p-3">
      {mounts.length === 0 ? (
        <p className="text-muted">{m.noMounts}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {mounts.map((mount) => (
            <li key={mount.Destination} className="min-w-0">
              <code className="block wrap-anywhere">{mount.Destination}</code>
              <span className="text-sm wrap-anywhere text-muted">
                {mount.Name || mount.Source || mount.Type}
                {mount.RW === false && ` · ${m.readOnly}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Networks({ data }: { data: Inspected }) {
  const networks = Object.entries(data.NetworkSettings?.Networks ?? {});
  return (
    <Card title={m.networks} bodyClass="p-3">
      {networks.length === 0 ? (
        <p className="text-muted">{m.noNetworks}</p>
      ) : (
        <Facts
          items={networks.map(([name, network]) => [
            name,
            network.IPAddress ? <Copyable key={name} text={network.IPAddress} /> : '–',
          ])}
        />
      )}
    </Card>
  );
}
