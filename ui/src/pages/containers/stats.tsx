/** What a container uses: CPU, memory, network, as it happens. */
import { useMemo, useRef, useState } from 'react';
import type { ContainerSample, Sample } from '../../api/types';
import { Charts, type Drawn, line } from '../../chart/charts';
import { type Columns, columns } from '../../chart/series';
import { m } from '../../i18n/containers';
import { useSecond } from '../../lib/clock';
import { bytes, percent, rate } from '../../lib/format';
import { useValue } from '../../live/hooks';
import { serverNow } from '../../live/socket';
import { EmptyState, Skeleton } from '../../ui/page';

const LIVE_S = 600;
/** Samples come each 5 s, and each second while somebody looks: longer than this is a gap. */
const STEP_MS = 5000;
/** Samples arrive a little late; the right edge waits for them. */
const LATE_MS = 3000;

export function StatsTab({
  server,
  container,
  running,
}: {
  server: string;
  container: string;
  running: boolean;
}) {
  const { value, ready, error } = useValue(`stats:${server}` as `stats:${string}`);
  const samples = value?.samples ?? [];
  const known = samples.some((sample) => sample.containers[container]);
  if (error || (ready && samples.length === 0)) {
    return (
      <div className="card">
        <EmptyState title={m.stats.unreachable} />
      </div>
    );
  }
  if (!ready) return <Skeleton rows={6} className="card" />;
  if (!known) {
    return (
      <div className="card">
        <EmptyState title={running ? m.stats.waiting : m.stats.notRunning} />
      </div>
    );
  }
  return <LiveCharts samples={samples} container={container} />;
}

function LiveCharts({ samples, container }: { samples: readonly Sample[]; container: string }) {
  const held = useRef<{ samples: readonly Sample[]; to: number } | null>(null);
  const [, setHeld] = useState(false);
  useSecond();
  const now = Math.max(samples.at(-1)?.ts ?? 0, serverNow() - LATE_MS) / 1000;
  const shown = held.current?.samples ?? samples;
  const to = held.current?.to ?? now;
  const all = useMemo(() => drawn(shown, container), [shown, container]);
  return (
    <Charts
      all={all}
      span={{ from: to - LIVE_S, to }}
      sync={`container ${container}`}
      height={180}
      onHold={(hold) => {
        held.current = hold ? { samples, to: now } : null;
        setHeld(hold);
      }}
    />
  );
}

function drawn(samples: readonly Sample[], container: string): Drawn[] {
  const of = (...values: Array<(own: ContainerSample) => number>): Columns =>
    columns(
      samples,
      values.map((value) => (sample: Sample) => {
        const own = sample.containers[container];
        return own ? value(own) : null;
      }),
      STEP_MS,
    );
  const last = samples.findLast((sample) => sample.containers[container]);
  const own = last?.containers[container];
  const total = last?.mem_total;
  return [
    {
      id: 'cpu',
      title: m.stats.cpu,
      series: [line(m.stats.cpu, '--accent', true)],
      data: of(({ cpu }) => cpu),
      format: (value) => percent(value, true),
      now: `${percent(own?.cpu, true)} · ${m.stats.cpuNote}`,
    },
    {
      id: 'memory',
      title: m.stats.memory,
      series: [line(m.stats.used, '--ok', true)],
      data: of(({ mem }) => mem),
      format: bytes,
      base: 1024,
      now: `${bytes(own?.mem)}${total ? ` ${m.stats.of(bytes(total))}` : ''}`,
    },
    {
      id: 'network',
      title: m.stats.network,
      series: [
        line(m.stats.received, '--unknown', true),
        { ...line(m.stats.sent, '--k3'), dash: [4, 3] },
      ],
      data: of(
        ({ net_in }) => net_in,
        ({ net_out }) => net_out,
      ),
      format: rate,
      now: `↓ ${rate(own?.net_in)} ↑ ${rate(own?.net_out)}`,
    },
  ];
}
