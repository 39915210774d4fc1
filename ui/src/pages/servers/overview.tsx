/** The overview: charts of the host, disks, the busiest containers, what the machine is. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Table2 } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { ContainerRow, Sample, ServerRow, SystemStatsRecord } from '../../api/types';
import { Chart, type ChartSeries, type Span, WhenVisible } from '../../chart/chart';
import { type Columns, columns, PALETTE } from '../../chart/series';
import { m } from '../../i18n/server-page';
import { useSecond } from '../../lib/clock';
import { bytes, fromGb, ofBytes, percent, rate, share } from '../../lib/format';
import { useRead } from '../../lib/query';
import { containerState } from '../../lib/states';
import { useRows, useValue } from '../../live/hooks';
import { serverNow } from '../../live/socket';
import { IconButton } from '../../ui/button';
import { Facts } from '../../ui/dialog';
import { Segmented } from '../../ui/field';
import { Card, Copyable, EmptyState, ErrorState, Skeleton } from '../../ui/page';
import { Meter, StateShape } from '../../ui/state';

type Range = 'live' | '1h';

const LIVE_S = 600;
const HOUR_S = 3600;
/** Live samples come each 5 s, and each second while somebody looks. */
const STEP_MS = { live: 5000, '1h': 60_000 } as const;
const TOP = 8;

export function Overview({ row }: { row: ServerRow }) {
  const { range = 'live' } = useSearch({ strict: false }) as { range?: Range };
  const navigate = useNavigate();
  const [table, setTable] = useState(false);
  const { value } = useValue(`stats:${row.id}`);
  const samples = value?.samples ?? [];
  const latest = samples.at(-1);
  const setRange = (next: Range) =>
    void navigate({
      to: '.',
      replace: true,
      resetScroll: false,
      search: (next === 'live' ? {} : { range: next }) as never,
    });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Segmented
          label={m.rangeLabel}
          value={range}
          onChange={setRange}
          options={[
            {
              value: 'live',
              label: m.rangeLive,
              icon: <StateShape tone={range === 'live' ? 'ok' : 'off'} />,
            },
            { value: '1h', label: m.rangeHour },
          ]}
        />
        <IconButton
          kind="plain"
          aria-pressed={table}
          label={table ? m.asCharts : m.asTable}
          icon={<Table2 size={14} />}
          onClick={() => setTable(!table)}
        />
        <span className="text-sm text-muted phone:hidden">{m.rangeHint}</span>
        <span className="ml-auto text-sm text-muted">
          {range === 'live' ? m.samples : m.minutes}
        </span>
      </div>
      {range === 'live' ? (
        <LiveCharts row={row} samples={samples} table={table} />
      ) : (
        <HourCharts row={row} table={table} />
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)]">
        <DisksCard row={row} latest={latest} />
        <BusiestCard row={row} latest={latest} />
      </div>
      <SystemCard row={row} />
    </div>
  );
}

interface Drawn {
  id: string;
  title: string;
  series: ChartSeries[];
  data: Columns;
  format: (value: number) => string;
  max?: number;
  base?: 1000 | 1024;
  now?: ReactNode;
}

/** Zoom and hold are shared: all charts of the page show the same time. */
function Charts({
  all,
  span,
  table,
  onHold,
}: {
  all: readonly Drawn[];
  span: Span;
  table: boolean;
  onHold?: (held: boolean) => void;
}) {
  const [zoom, setZoom] = useState<Span | null>(null);
  const onZoom = (next: Span | null) => {
    if (!next) return setZoom(null);
    const from = Math.max(span.from, next.from);
    const to = Math.min(span.to, next.to);
    setZoom(to - from < 5 || (from === span.from && to === span.to) ? null : { from, to });
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-2">
      {all.map(({ id, ...chart }) => (
        <WhenVisible key={id} height={186}>
          <Chart
            {...chart}
            span={zoom ?? span}
            sync="server"
            table={table}
            onZoom={onZoom}
            {...(onHold ? { onHold } : {})}
          />
        </WhenVisible>
      ))}
    </div>
  );
}

const line = (label: string, color: string, fill = false): ChartSeries => ({ label, color, fill });

function LiveCharts({
  row,
  samples,
  table,
}: {
  row: ServerRow;
  samples: readonly Sample[];
  table: boolean;
}) {
  const held = useRef<{ samples: readonly Sample[]; to: number } | null>(null);
  const [, setHeld] = useState(false);
  useSecond();
  const last = samples.at(-1);
  const now = Math.max(last?.ts ?? 0, serverNow() - 3000) / 1000;
  const shown = held.current?.samples ?? samples;
  const to = held.current?.to ?? now;
  const all = useMemo(() => liveCharts(shown), [shown]);
  if (samples.length === 0) {
    return row.info.state === 'Ok' ? (
      <div className="card">
        <EmptyState title={m.noHistory}>{m.noHistoryText}</EmptyState>
      </div>
    ) : null;
  }
  return (
    <Charts
      all={all}
      span={{ from: to - LIVE_S, to }}
      table={table}
      onHold={(hold) => {
        held.current = hold ? { samples, to: now } : null;
        setHeld(hold);
      }}
    />
  );
}

function liveCharts(samples: readonly Sample[]): Drawn[] {
  const step = STEP_MS.live;
  const last = samples.at(-1);
  const of = (...values: Array<(sample: Sample) => number | null>) =>
    columns(samples, values, step);
  const names = busiestNames(last);
  return [
    {
      id: 'cpu',
      title: m.charts.cpu,
      series: [line(m.charts.total, '--accent', true)],
      data: of((s) => s.cpu),
      format: (value) => percent(value, true),
      max: 100,
      now:
        last &&
        `${percent(last.cpu, true)} · ${m.load} ${last.load.map((n) => n.toFixed(1)).join(' ')}`,
    },
    {
      id: 'memory',
      title: m.charts.memory,
      series: [
        line(m.charts.used, '--ok', true),
        { ...line(m.charts.cache, '--k6'), dash: [4, 3] },
        ...(last && last.swap_total > 0
          ? [{ ...line(m.charts.swap, '--crit'), dash: [2, 3] }]
          : []),
      ],
      data: of(
        (s) => s.mem_used,
        (s) => s.mem_cache,
        ...(last && last.swap_total > 0 ? [(s: Sample) => s.swap_used] : []),
      ),
      format: bytes,
      base: 1024,
      ...(last ? { max: last.mem_total } : {}),
      now:
        last &&
        `${ofBytes(last.mem_used, last.mem_total)}${last.swap_total > 0 ? ` · ${m.charts.swap} ${bytes(last.swap_used)}` : ''}`,
    },
    {
      id: 'disk',
      title: m.charts.disk,
      series: [
        line(m.charts.read, '--warn', true),
        { ...line(m.charts.write, '--k5'), dash: [4, 3] },
      ],
      data: of(
        (s) => s.disk_read,
        (s) => s.disk_write,
      ),
      format: rate,
      now: last && `r ${rate(last.disk_read)} · w ${rate(last.disk_write)}`,
    },
    {
      id: 'network',
      title: m.charts.network,
      series: [
        line(m.charts.in, '--unknown', true),
        { ...line(m.charts.out, '--k6'), dash: [4, 3] },
      ],
      data: of(
        (s) => s.net_in,
        (s) => s.net_out,
      ),
      format: rate,
      now: last && `↓ ${rate(last.net_in)} ↑ ${rate(last.net_out)}`,
    },
    ...(names.length > 0
      ? [
          byContainer('container-cpu', m.charts.containerCpu, samples, names, (s) => s.cpu, {
            format: (value: number) => percent(value, true),
          }),
          byContainer('container-mem', m.charts.containerMem, samples, names, (s) => s.mem, {
            format: bytes,
            base: 1024,
          }),
        ]
      : []),
  ];
}

function busiestNames(sample: Sample | undefined): string[] {
  return Object.entries(sample?.containers ?? {})
    .sort((a, b) => b[1].cpu - a[1].cpu || b[1].mem - a[1].mem)
    .slice(0, TOP)
    .map(([name]) => name)
    .sort();
}

function byContainer(
  id: string,
  title: string,
  samples: readonly Sample[],
  names: readonly string[],
  value: (sample: Sample['containers'][string]) => number,
  more: { format: (value: number) => string; base?: 1000 | 1024 },
): Drawn {
  const data = columns(
    samples,
    names.map((name) => (sample: Sample) => {
      const own = sample.containers[name];
      return own ? value(own) : null;
    }),
    STEP_MS.live,
  );
  const series = names.map((name, at): ChartSeries => {
    const { color, dash } = PALETTE[at % PALETTE.length] ?? { color: '--accent', dash: [] };
    return { label: name, color, dash };
  });
  return { id, title, series, data, ...more, now: <Legend series={series} /> };
}

function Legend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <>
      {series.slice(0, 4).map(({ label, color }) => (
        <span key={label} className="ml-2.5 inline-flex items-center gap-1">
          <span
            aria-hidden="true"
            className="h-0.5 w-2.5"
            style={{ background: `var(${color})` }}
          />
          {label}
        </span>
      ))}
      {series.length > 4 && <span className="ml-2">+{series.length - 4}</span>}
    </>
  );
}

function HourCharts({ row, table }: { row: ServerRow; table: boolean }) {
  const { data, error, isPending, refetch } = useRead(
    'GetHistoricalServerStats',
    { server: row.id, granularity: '1-min' },
    { staleTime: 30_000 },
  );
  const records = useMemo(() => [...(data?.stats ?? [])].sort((a, b) => a.ts - b.ts), [data]);
  const all = useMemo(() => hourCharts(records), [records]);
  if (error) {
    return (
      <div className="card">
        <ErrorState error={error} what={m.loadHistory} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (isPending) return <Skeleton rows={8} className="card" />;
  const to = Math.max(records.at(-1)?.ts ?? 0, serverNow() - 60_000) / 1000;
  const inside = records.filter(({ ts }) => ts / 1000 >= to - HOUR_S);
  if (inside.length === 0) {
    return (
      <div className="card">
        <EmptyState title={m.noHistory}>{m.noHistoryText}</EmptyState>
      </div>
    );
  }
  return <Charts all={all} span={{ from: to - HOUR_S, to }} table={table} />;
}

function hourCharts(records: readonly SystemStatsRecord[]): Drawn[] {
  const last = records.at(-1);
  const of = (...values: Array<(record: SystemStatsRecord) => number | null>) =>
    columns(records, values, STEP_MS['1h']);
  return [
    {
      id: 'cpu',
      title: m.charts.cpu,
      series: [line(m.charts.total, '--accent', true)],
      data: of((r) => r.cpu_perc),
      format: (value) => percent(value, true),
      max: 100,
    },
    {
      id: 'memory',
      title: m.charts.memory,
      series: [
        line(m.charts.used, '--ok', true),
        { ...line(m.charts.cache, '--k6'), dash: [4, 3] },
      ],
      data: of(
        (r) => fromGb(r.mem_used_gb),
        (r) => fromGb(r.mem_buff_cache_gb),
      ),
      format: bytes,
      base: 1024,
      ...(last ? { max: last.mem_total_gb * 1024 ** 3 } : {}),
    },
    {
      id: 'load',
      title: m.charts.load,
      series: [
        line(m.charts.one, '--warn', true),
        { ...line(m.charts.five, '--k5'), dash: [4, 3] },
        { ...line(m.charts.fifteen, '--k6'), dash: [2, 3] },
      ],
      data: of(
        (r) => r.load_average.one,
        (r) => r.load_average.five,
        (r) => r.load_average.fifteen,
      ),
      format: (value) => value.toFixed(2),
    },
    {
      id: 'network',
      title: m.charts.network,
      series: [
        line(m.charts.in, '--unknown', true),
        { ...line(m.charts.out, '--k6'), dash: [4, 3] },
      ],
      data: of(
        (r) => r.network_ingress_bytes,
        (r) => r.network_egress_bytes,
      ),
      format: rate,
    },
  ];
}

function DisksCard({ row, latest }: { row: ServerRow; latest: Sample | undefined }) {
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

function BusiestCard({ row, latest }: { row: ServerRow; latest: Sample | undefined }) {
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

function SystemCard({ row }: { row: ServerRow }) {
  const { info } = row;
  const { data } = useRead(
    'GetSystemInformation',
    { server: row.id },
    { enabled: info.state === 'Ok', staleTime: 600_000 },
  );
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
