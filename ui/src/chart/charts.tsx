/** Several charts over one time: zoom and hold are shared. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Chart } from './chart';
import type { Columns } from './series';
import type { ChartSeries, Span } from './types';

export interface Drawn {
  id: string;
  title: string;
  series: ChartSeries[];
  data: Columns;
  format: (value: number) => string;
  max?: number;
  base?: 1000 | 1024;
  now?: ReactNode;
}

/** All charts of the page show the same time; `sync` names them. */
export function Charts({
  all,
  span,
  table = false,
  sync,
  height,
  onHold,
}: {
  all: readonly Drawn[];
  span: Span;
  table?: boolean;
  sync: string;
  height?: number;
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
            sync={sync}
            table={table}
            onZoom={onZoom}
            {...(height ? { height } : {})}
            {...(onHold ? { onHold } : {})}
          />
        </WhenVisible>
      ))}
    </div>
  );
}

/** How a line of a chart is called and drawn. */
export const line = (label: string, color: string, fill = false): ChartSeries => ({
  label,
  color,
  fill,
});

/** Mounts its children once they come near the window; keeps their place before. */
function WhenVisible({ height, children }: { height: number; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const node = ref.current;
    if (!node || seen) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true), {
      rootMargin: '200px',
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, [seen]);
  return seen ? children : <div ref={ref} className="card" style={{ height }} />;
}
