/** The order of a list as its spec and the user want it, and its groups. Pure. */
import { m } from '../i18n/grid';
import { sortRows } from './order';
import type { ListSpec } from './types';

/** What a list shows in one place: a group's title or a row with its number among the rows. */
export type Item<T> = { group: string; count: number } | { row: T; index: number };

/** Rows ordered by a column's id (`-` in front: descending), `name`, `state` or `severity`. */
export function sortBySpec<T extends { id: string }>(
  rows: readonly T[],
  spec: ListSpec<T>,
  sortId: string,
): readonly T[] {
  const byName = sortRows(rows, spec.nouns.name, false);
  if (sortId === 'severity' && spec.severity) return sortRows(byName, spec.severity, true);
  const down = sortId.startsWith('-');
  const id = down ? sortId.slice(1) : sortId;
  if (id === 'name') return down ? sortRows(rows, spec.nouns.name, true) : byName;
  if (id === 'state') return sortRows(byName, (row) => spec.state(row)[1], down);
  const value = spec.columns.find((column) => column.id === id)?.sort;
  return value ? sortRows(byName, value, down) : byName;
}

/** The rows under titles of their groups; without `of` as they are. */
export function grouped<T>(
  rows: readonly T[],
  of: ((row: T) => string) | undefined,
): Array<Item<T>> {
  if (!of) return rows.map((row, index) => ({ row, index }));
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = of(row) || m.none;
    const members = groups.get(key);
    if (members) members.push(row);
    else groups.set(key, [row]);
  }
  let index = 0;
  return sortRows([...groups], ([name]) => name, false).flatMap(([name, members]): Item<T>[] => [
    { group: name, count: members.length },
    ...members.map((row) => ({ row, index: index++ })),
  ]);
}
