import { expect, it } from 'vitest';
import { inOrder, sortRows } from './order';

it('sorts numbers as numbers, names by their numbers, and what is not known last', () => {
  const rows = ['node-10', 'node-9', 'node-1'];
  expect(sortRows(rows, (row) => row, false)).toEqual(['node-1', 'node-9', 'node-10']);
  const values = [3, null, 12, 7];
  expect(sortRows(values, (value) => value, false)).toEqual([3, 7, 12, null]);
  expect(sortRows(values, (value) => value, true)).toEqual([12, 7, 3, null]);
});

it('keeps the order of equal rows', () => {
  const rows = [
    { id: 'a', n: 1 },
    { id: 'b', n: 1 },
    { id: 'c', n: 0 },
  ];
  expect(sortRows(rows, ({ n }) => n, true).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

it('keeps an order while rows come and go', () => {
  const rows = ['a', 'b', 'd', 'e'].map((id) => ({ id }));
  expect(inOrder(rows, ['b', 'c', 'a']).map(({ id }) => id)).toEqual(['b', 'a', 'd', 'e']);
});
