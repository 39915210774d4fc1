import { describe, expect, it } from 'vitest';
import { columns, extent, largest, niceMax, tableRows } from './series';

const at = (ts: number, value: number | null) => ({ ts, value });

describe('chart data', () => {
  it('breaks the line where samples are missing', () => {
    const { xs, ys } = columns([at(1000, 1), at(2000, 2), at(9000, 3)], [(s) => s.value], 1000);
    expect(xs).toEqual([1, 2, 3, 9]);
    expect(ys).toEqual([[1, 2, null, 3]]);
  });

  it('never draws what is not a number', () => {
    expect(columns([at(1000, Number.NaN), at(2000, null)], [(s) => s.value], 1000).ys).toEqual([
      [null, null],
    ]);
  });

  it('has round tops', () => {
    expect([0, 0.7, 38, 101, 940].map((value) => niceMax(value))).toEqual([1, 0.8, 40, 200, 1000]);
    expect(niceMax(3.4 * 1024 ** 3, 1024)).toBe(4 * 1024 ** 3);
  });

  it('finds the largest within a span only', () => {
    const data = columns([at(1000, 9), at(2000, 2), at(3000, 4)], [(s) => s.value], 1000);
    expect(largest(data, 2, 3)).toBe(4);
  });

  it('sums up in words and tables', () => {
    expect(extent([1, null, 3])).toEqual({ min: 1, avg: 2, max: 3 });
    expect(extent([null])).toBeNull();
    const data = columns([at(1000, 1), at(2000, 2), at(3000, 3)], [(s) => s.value], 1000);
    expect(tableRows(data, 2)).toEqual([
      [3, [3]],
      [1, [1]],
    ]);
  });
});
