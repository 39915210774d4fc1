/** A server's last ten minutes, as they go on. */
import { useMemo, useRef, useState } from 'react';
import type { Sample, ServerRow } from '../../api/types';
import { Charts, type Drawn, line } from '../../chart/charts';
import { columns, PALETTE } from '../../chart/series';
import type { ChartSeries } from '../../chart/types';
import { m } from '../../i18n/server-page';
import { useSecond } from '../../lib/clock';
import { bytes, ofBytes, percent, rate } from '../../lib/format';
import { serverNow } from '../../live/socket';
import { EmptyState } from '../../ui/page';

const LIVE_S = 600;
/** Live samples come each 5 s, and each second while somebody looks. */
const STEP_MS = 5000;
const TOP = 8;

export function LiveCharts({
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
      sync="server"
      onHold={(hold) => {
        held.current = hold ? { samples, to: now } : null;
        setHeld(hold);
      }}
    />
  );
}

function liveCharts(samples: readonly Sample[]): Drawn[] {
  const last = samples.at(-1);
  const of = (...values: Array<(sample: Sample) => number | null>) =>
    columns(samples, values, STEP_MS);
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
    STEP_MS,
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
