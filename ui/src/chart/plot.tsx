/** The drawing of a chart on uPlot, with its cursor and its keys. */
import './chart.css';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { m } from '../i18n/chart';
import { clock } from '../lib/format';
import { useStored } from '../lib/value';
import { isDark } from '../theme/look';
import { type Columns, largest, niceMax } from './series';
import type { ChartProps, Reading, Span } from './types';

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function toUplot({ xs, ys }: Columns): uPlot.AlignedData {
  return [xs as number[], ...(ys as Array<Array<number | null>>)];
}

export function Plot(
  props: ChartProps & {
    summary: string;
    utc: boolean;
    onRead: (reading: Reading | null) => void;
  },
) {
  const { series, data, span, format, sync, summary, utc, height = 148, base = 1000 } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(props);
  newest.current = props;
  const dark = useStored(isDark);
  const shape = series.map(({ label, color }) => `${label} ${color}`).join('|');
  const top = props.max ?? niceMax(largest(data, span.from, span.to) * 1.08, base);

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew for other series, colours or zones
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const made = createPlot(node, newest, height, utc);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (node.clientWidth > 0) made.setSize({ width: node.clientWidth, height });
    });
    observer.observe(node);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, dark, height, utc, sync]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot (shape, dark) needs its data too
  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    made.batch(() => {
      made.setData(toUplot(data), false);
      made.setScale('x', { min: span.from, max: span.to });
      made.setScale('y', { min: 0, max: top });
    });
  }, [data, span.from, span.to, top, shape, dark, utc]);

  const onKeyDown = (event: KeyboardEvent) => {
    const made = plot.current;
    if (!made) return;
    const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'Escape') props.onZoom(null);
    else if (side === 0) return;
    else if (event.shiftKey) props.onZoom(zoomed(span, side));
    else moveCursor(made, side);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative px-3 pb-1">
      <span className="pointer-events-none absolute top-0 left-3 z-1 text-xs text-muted">
        {format(top)}
      </span>
      <div
        ref={box}
        role="img"
        aria-label={`${summary} ${m.help}`}
        tabIndex={0}
        data-keys-own
        onKeyDown={onKeyDown}
        onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
        onPointerEnter={() => props.onHold?.(true)}
        onPointerLeave={() => props.onHold?.(false)}
        className="w-full"
        style={{ height }}
      />
    </div>
  );
}

/** Half or twice the width around its middle. */
function zoomed({ from, to }: Span, side: number): Span | null {
  const middle = (from + to) / 2;
  const half = ((to - from) / 2) * (side > 0 ? 0.5 : 2);
  return { from: middle - half, to: middle + half };
}

function moveCursor(made: uPlot, side: number): void {
  const xs = made.data[0];
  const { min, max } = made.scales.x ?? {};
  if (!xs.length || min == null || max == null) return;
  const at = made.cursor.idx ?? xs.length - 1;
  const step = Math.max(1, Math.round(xs.length / 120));
  const next = Math.max(0, Math.min(xs.length - 1, at + side * step));
  const x = xs[next];
  if (x === undefined) return;
  made.setCursor({ left: made.valToPos(Math.max(min, Math.min(max, x)), 'x'), top: 10 });
}

function createPlot(
  node: HTMLElement,
  newest: { current: ChartProps & { onRead: (reading: Reading | null) => void } },
  height: number,
  utc: boolean,
): uPlot {
  const { series, sync, data } = newest.current;
  const line = token('--line');
  const muted = token('--muted');
  const font = `11px ${token('--font')}`;
  const options: uPlot.Options = {
    width: Math.max(80, node.clientWidth),
    height,
    legend: { show: false },
    padding: [14, 0, 0, 0],
    scales: { x: { time: true }, y: { auto: false } },
    tzDate: (ts) => (utc ? uPlot.tzDate(new Date(ts * 1000), 'UTC') : new Date(ts * 1000)),
    cursor: {
      sync: { key: sync },
      drag: { x: true, y: false, setScale: false },
      y: false,
      points: { size: 6 },
      bind: {
        dblclick: () => () => {
          newest.current.onZoom(null);
          return null;
        },
      },
    },
    axes: [
      {
        stroke: muted,
        font,
        size: 22,
        gap: 4,
        grid: { show: false },
        ticks: { show: false },
        space: 90,
        values: (_, splits, __, ___, step) => splits.map((at) => clock(at * 1000, utc, step < 60)),
      },
      {
        size: 0,
        gap: 0,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        values: () => [],
        splits: (_, __, min, max) => [0.25, 0.5, 0.75, 1].map((part) => min + (max - min) * part),
      },
    ],
    series: [
      {},
      ...series.map(({ label, color, fill, dash }): uPlot.Series => {
        const stroke = token(color);
        return {
          label,
          stroke,
          width: 1.3,
          points: { show: false },
          spanGaps: false,
          ...(fill ? { fill: translucent(stroke) } : {}),
          ...(dash?.length ? { dash } : {}),
        };
      }),
    ],
    hooks: {
      setSelect: [
        (made) => {
          const { left, width } = made.select;
          if (width > 8) {
            newest.current.onZoom({
              from: made.posToVal(left, 'x'),
              to: made.posToVal(left + width, 'x'),
            });
          }
          made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [
        (made) => {
          const at = made.cursor.idx;
          const off = at == null || (made.cursor.left ?? -1) < 0;
          newest.current.onRead(
            off
              ? null
              : {
                  x: made.data[0][at] ?? 0,
                  values: series.map((_, index) => made.data[index + 1]?.[at] ?? null),
                },
          );
        },
      ],
    },
  };
  return new uPlot(options, toUplot(data), node);
}

/** The token's colour at 14 %; tokens are #rgb or #rrggbb. */
function translucent(color: string): string {
  const hex = color.length === 4 ? color.replace(/[^#]/g, '$&$&') : color;
  return `${hex}24`;
}
