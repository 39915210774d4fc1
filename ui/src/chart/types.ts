/** What a chart is given and what it tells. */
import type { ReactNode } from 'react';
import type { Columns } from './series';

export interface ChartSeries {
  label: string;
  /** A token's name: `--accent`. */
  color: string;
  fill?: boolean;
  dash?: number[];
}

export interface Span {
  /** Unix seconds. */
  from: number;
  to: number;
}

export interface ChartProps {
  title: string;
  series: readonly ChartSeries[];
  data: Columns;
  span: Span;
  format: (value: number) => string;
  /** Top of the scale; else from the data. */
  max?: number;
  /** Sizes in bytes have round numbers of their own. */
  base?: 1000 | 1024;
  /** What stands at the right while nothing is pointed at. */
  now?: ReactNode;
  /** Charts with the same key share their cursor. */
  sync: string;
  onZoom: (span: Span | null) => void;
  /** Told when the pointer comes and goes: live charts stand still meanwhile. */
  onHold?: (held: boolean) => void;
  table?: boolean;
  height?: number;
}

/** What stands under the cursor. */
export interface Reading {
  /** Unix seconds. */
  x: number;
  values: Array<number | null>;
}
