/** Filtering, sorting and grouping of rows, and the calm order: live changes do not shuffle a list. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { menuIsOpen } from '../ui/menu';

export type SortValue = string | number | null | undefined;

/**
 * What texts are ordered by: without case, numbers in them by their size. Plain comparison of these is
 * some times quicker than a collator.
 */
export function orderKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

/** Nothing known sorts last in either direction; equal rows keep their order. */
export function sortRows<T>(rows: readonly T[], value: (row: T) => SortValue, down: boolean): T[] {
  const keyed = rows.map((row, index) => {
    const key = value(row) ?? null;
    return { row, index, key: typeof key === 'string' ? orderKey(key) : key };
  });
  keyed.sort((a, b) => {
    if (a.key === b.key) return a.index - b.index;
    if (a.key === null || b.key === null) return a.key === null ? 1 : -1;
    return a.key < b.key === down ? 1 : -1;
  });
  return keyed.map(({ row }) => row);
}

const RESORT_MS = 2000;

interface Kept {
  ids: readonly string[];
  known: ReadonlySet<string>;
  at: number;
  intent: string;
  changed: boolean;
}

/**
 * Sorts rows, calmly: while only values change, the order is looked at every two seconds at most, and
 * kept while the pointer is over the list or a menu is open. `intent` names what the user asked for
 * (filter, sort, group): a change of it is followed at once. New rows show at once in their place, at the
 * end while the order is kept.
 */
export function useCalmOrder<T extends { id: string }>(
  rows: readonly T[],
  sort: (rows: readonly T[]) => readonly T[],
  intent: string,
  held: () => boolean,
): { rows: readonly T[]; changed: boolean; renew: () => void } {
  const kept = useRef<Kept>({ ids: [], known: new Set(), at: 0, intent: '', changed: false });
  const [tick, setTick] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tick` is the order to look again
  const result = useMemo(() => {
    const before = kept.current;
    const now = Date.now();
    const fresh = before.intent !== intent || before.ids.length === 0;
    // New rows take their place at once: the list moves anyway.
    const grown = rows.some(({ id }) => !before.known.has(id)) && !(held() || menuIsOpen());
    if (!fresh && !grown && now - before.at < RESORT_MS) {
      return { rows: inOrder(rows, before.ids), changed: before.changed, again: true };
    }
    const sorted = sort(rows);
    if (fresh || !(held() || menuIsOpen())) {
      const ids = sorted.map(({ id }) => id);
      kept.current = { ids, known: new Set(ids), at: now, intent, changed: false };
      return { rows: sorted, changed: false, again: false };
    }
    const shown = inOrder(rows, before.ids);
    const changed = shown.some((row, index) => row.id !== sorted[index]?.id);
    kept.current = { ...before, at: now, changed };
    return { rows: shown, changed, again: changed };
  }, [rows, sort, intent, held, tick]);
  useEffect(() => {
    if (!result.again) return;
    const timer = setTimeout(() => setTick((n) => n + 1), RESORT_MS);
    return () => clearTimeout(timer);
  }, [result]);
  return {
    rows: result.rows,
    changed: result.changed,
    renew: () => {
      kept.current = { ...kept.current, ids: [] };
      setTick((n) => n + 1);
    },
  };
}

/** The rows in the order of the ids, rows that are new behind them. */
export function inOrder<T extends { id: string }>(
  rows: readonly T[],
  ids: readonly string[],
): readonly T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ordered: T[] = [];
  for (const id of ids) {
    const row = byId.get(id);
    if (!row) continue;
    ordered.push(row);
    byId.delete(id);
  }
  ordered.push(...byId.values());
  return ordered;
}
