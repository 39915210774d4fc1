import { expect, it } from 'vitest';
import { backoff } from './socket';

it('waits longer after each failure, up to a limit, and never for the same time', () => {
  const fixed = [0, 1, 2, 3, 10].map((attempt) => backoff(attempt, () => 0.5));
  expect(fixed).toEqual([300, 600, 1200, 2400, 15_000]);
  expect(backoff(0, () => 0)).toBe(210);
  expect(backoff(0, () => 1)).toBe(390);
});
