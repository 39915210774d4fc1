/** Data of charts: columns from samples, gaps as gaps, scales, nearest values. Pure. */

export type Ys = ReadonlyArray<number | null>;

export interface Columns {
  /** Unix seconds, ascending. */
  xs: readonly number[];
  ys: readonly Ys[];
}

/**
 * Columns from samples (ascending by `ts`, in ms). Where more than 2.5 steps lie between two of
 * them, a point without values is put in, so that the line breaks there.
 */
export function columns<S extends { ts: number }>(
  samples: readonly S[],
  values: ReadonlyArray<(sample: S) => number | null>,
  stepMs: number,
): Columns {
  const xs: number[] = [];
  const ys: Array<Array<number | null>> = values.map(() => []);
  let before = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    if (sample.ts - before > stepMs * 2.5 && before > 0) {
      xs.push((before + stepMs) / 1000);
      for (const column of ys) column.push(null);
    }
    xs.push(sample.ts / 1000);
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at]?.(sample) ?? null;
      ys[at]?.push(value === null || Number.isNaN(value) ? null : value);
    }
    before = sample.ts;
  }
  return { xs, ys };
}

/** The smallest of 1, 2, 2.5, 5 x 10^n (or of the same x 1024^n) that is not below `value`. */
export function niceMax(value: number, base: 1000 | 1024 = 1000): number {
  if (!(value > 0)) return 1;
  const unit = base === 1024 ? 1024 ** Math.floor(Math.log(value) / Math.log(1024)) : 1;
  const scaled = value / unit;
  const power = 10 ** Math.floor(Math.log10(scaled));
  const step = [1, 2, 2.5, 4, 5, 8, 10].find((each) => each * power >= scaled - 1e-9) ?? 10;
  return step * power * unit;
}

/** The largest value of the columns within [from, to] seconds. */
export function largest({ xs, ys }: Columns, from: number, to: number): number {
  let max = 0;
  for (let at = 0; at < xs.length; at += 1) {
    const x = xs[at] ?? 0;
    if (x < from || x > to) continue;
    for (const column of ys) {
      const value = column[at];
      if (value !== null && value !== undefined && value > max) max = value;
    }
  }
  return max;
}

/** Least, mean and greatest of a column, for the summary in words. */
export function extent(column: Ys): { min: number; avg: number; max: number } | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let n = 0;
  for (const value of column) {
    if (value === null) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    n += 1;
  }
  return n > 0 ? { min, avg: sum / n, max } : null;
}

/** At most `max` rows of the columns, evenly chosen, newest first, for the table. */
export function tableRows({ xs, ys }: Columns, max: number): Array<[number, Array<number | null>]> {
  const rows: Array<[number, Array<number | null>]> = [];
  const step = Math.max(1, Math.ceil(xs.length / max));
  for (let at = xs.length - 1; at >= 0; at -= step) {
    rows.push([xs[at] ?? 0, ys.map((column) => column[at] ?? null)]);
  }
  return rows.filter(([, values]) => values.some((value) => value !== null));
}

/** The eight colours of charts and their dashes: from the fifth on lines differ by dash as well. */
export const PALETTE: ReadonlyArray<{ color: string; dash: number[] }> = [
  { color: '--accent', dash: [] },
  { color: '--k3', dash: [] },
  { color: '--k6', dash: [] },
  { color: '--k5', dash: [] },
  { color: '--k2', dash: [6, 3] },
  { color: '--unknown', dash: [2, 3] },
  { color: '--k1', dash: [8, 3, 2, 3] },
  { color: '--k8', dash: [4, 4] },
];
