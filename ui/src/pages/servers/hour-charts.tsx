/** A server's last hour, from what Core keeps. */
import { useMemo } from 'react';
import type { ServerRow, SystemStatsRecord } from '../../api/types';
import { Charts, type Drawn, line } from '../../chart/charts';
import { columns } from '../../chart/series';
import { m } from '../../i18n/server-page';
import { bytes, fromGb, percent, rate } from '../../lib/format';
import { useRead } from '../../lib/query';
import { serverNow } from '../../live/socket';
import { EmptyState, ErrorState, Skeleton } from '../../ui/page';

const HOUR_S = 3600;
const STEP_MS = 60_000;

export function HourCharts({ row, table }: { row: ServerRow; table: boolean }) {
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
  return <Charts all={all} span={{ from: to - HOUR_S, to }} table={table} sync="server" />;
}

function hourCharts(records: readonly SystemStatsRecord[]): Drawn[] {
  const last = records.at(-1);
  const of = (...values: Array<(record: SystemStatsRecord) => number | null>) =>
    columns(records, values, STEP_MS);
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
