/** What stands below the charts of a server: disks, the busiest containers, the system. */
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import type { ContainerRow, Sample, ServerRow } from '../../api/types';
import { m } from '../../i18n/server-page';
import { bytes, ofBytes, percent, share } from '../../lib/format';
import { useRead } from '../../lib/query';
import { containerState } from '../../lib/states';
import { useRows } from '../../live/hooks';
import { ExternalLink } from '../../ui/external-link';
import { Facts } from '../../ui/facts';
import { Card, Copyable, Skeleton } from '../../ui/page';
import { Meter, StateShape } from '../../ui/state';

export function DisksCard({ row, latest }: { row: ServerRow; latest: Sample | undefined }) {
  const limits = row.info.alerting_thresholds;
  const disks = latest?.disks ?? [];
  return (
    <Card title={m.disks}>
      {disks.length === 0 ? (
        <p className="px-3 py-3 text-muted">{m.noData}</p>
      ) : (
        <ul>
          {disks.map((disk) => (
            <li
              key={disk.mount}
              className="grid min-h-(--row) grid-cols-[minmax(0,1fr)_52px_minmax(96px,160px)_minmax(0,140px)] items-center gap-3 border-b border-line px-3 last:border-b-0 phone:grid-cols-[minmax(0,1fr)_120px] phone:py-1.5"
            >
              <code className="truncate" data-tip={disk.mount}>
                {disk.mount}
              </code>
              <span className="text-muted phone:hidden">{disk.fs}</span>
              <Meter
                label={`${m.disks} ${disk.mount}`}
                value={share(disk.used, disk.total)}
                warning={limits.disk_warning}
                critical={limits.disk_critical}
              />
              <span className="truncate text-muted phone:col-span-2">
                {ofBytes(disk.used, disk.total)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function BusiestCard({ row, latest }: { row: ServerRow; latest: Sample | undefined }) {
  const { rows, ready } = useRows('containers');
  const own = useMemo(() => rows.filter(({ server_id }) => server_id === row.id), [rows, row.id]);
  const busiest = [...own]
    .filter(({ state }) => state === 'running')
    .sort((a, b) => cpuNow(b, latest) - cpuNow(a, latest) || a.name.localeCompare(b.name))
    .slice(0, 6);
  return (
    <Card
      title={m.busiest}
      aside={
        own.length > 0 && (
          <Link
            to="/servers/$server/$tab"
            params={{ server: row.id, tab: 'containers' }}
            className="hover:text-fg hover:underline"
          >
            {m.allContainers(own.length)}
          </Link>
        )
      }
    >
      {!ready ? (
        <Skeleton rows={4} />
      ) : busiest.length === 0 ? (
        <p className="px-3 py-3 text-muted">
          {row.info.docker === null ? m.noDocker : m.noContainers}
        </p>
      ) : (
        <ul>
          {busiest.map((container) => (
            <BusyContainer key={container.id} container={container} latest={latest} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function cpuNow(container: ContainerRow, latest: Sample | undefined): number {
  return latest?.containers[container.name]?.cpu ?? 0;
}

function BusyContainer({
  container,
  latest,
}: {
  container: ContainerRow;
  latest: Sample | undefined;
}) {
  const [tone, word] = containerState(container);
  const memory = latest?.containers[container.name]?.mem;
  return (
    <li className="grid min-h-(--row) grid-cols-[minmax(0,1.2fr)_minmax(0,1.4fr)_64px_80px_minmax(0,110px)] items-center gap-3 border-b border-line px-3 last:border-b-0 phone:grid-cols-[minmax(0,1fr)_56px_72px]">
      <span className="flex min-w-0 items-center gap-2">
        <StateShape tone={tone} label={word} />
        <Link
          to="/servers/$server/containers/$name/$tab"
          params={{ server: container.server_id ?? '', name: container.name, tab: 'logs' }}
          className="truncate hover:underline coarse:py-3"
        >
          {container.name}
        </Link>
      </span>
      <code className="truncate text-muted phone:hidden">{container.image}</code>
      <span className="text-right">{percent(cpuNow(container, latest), true)}</span>
      <span className="text-right">{memory === undefined ? '' : bytes(memory)}</span>
      <span className="truncate text-muted phone:hidden">
        {tone === 'ok' ? container.status : word}
      </span>
    </li>
  );
}

export function SystemCard({ row }: { row: ServerRow }) {
  const { info } = row;
  const { data } = useRead(
    'GetSystemInformation',
    { server: row.id },
    { enabled: info.state === 'Ok', staleTime: 600_000 },
  );
  const { data: server } = useRead('GetServer', { server: row.id });
  const links = server?.config.links ?? [];
  const fact = (label: string, value: ReactNode) => (value ? [[label, value] as const] : []);
  return (
    <Card title={m.info}>
      <div className="gap-x-8 p-3 lg:columns-2">
        <Facts
          items={[
            ...fact(m.facts.host, data?.host_name),
            ...fact(m.facts.os, data?.os),
            ...fact(m.facts.kernel, data?.kernel),
            ...fact(m.facts.cpu, data?.cpu_brand),
            ...fact(m.facts.arch, data?.cpu_arch),
          ]}
        />
        <Facts
          className="mt-1.5 lg:mt-0"
          items={[
            [m.facts.docker, info.docker ?? m.dockerMissing],
            ...fact(m.facts.agent, info.version),
            ...fact(m.facts.address, info.address),
            ...fact(m.facts.publicIp, info.public_ip),
            ...fact(
              m.facts.latency,
              info.latency_ms !== null && `${Math.round(info.latency_ms * 10) / 10} ms`,
            ),
            ...fact(
              m.facts.links,
              links.length > 0 && (
                <ul>
                  {links.map((href) => (
                    <li key={href} className="truncate">
                      <ExternalLink href={href} />
                    </li>
                  ))}
                </ul>
              ),
            ),
            ...fact(
              m.facts.key,
              info.public_key && (
                <Copyable text={info.public_key} shown={`${info.public_key.slice(0, 32)}…`} />
              ),
            ),
          ]}
        />
      </div>
    </Card>
  );
}
