/** Filtering, sorting and grouping of rows, and the calm order: live changes do not shuffle a list. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { menuIsOpen } from '../ui/menu';

export type SortValue = string | number | null | undefined;

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Nothing known sorts last in either direction; equal rows keep their order. */
export function sortRows<T>(rows: readonly T[], value: (row: T) => SortValue, down: boolean): T[] {
  const keyed = rows.map((row, index) => ({ row, index, key: value(row) ?? null }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key === b.key) return a.index - b.index;
      return a.key === null ? 1 : -1;
    }
    const order =
      typeof a.key === 'number' && typeof b.key === 'number'
        ? a.key - b.key
        : collator.compare(String(a.key), String(b.key));
    return (down ? -order : order) || a.index - b.index;
  });
  return keyed.map(({ row }) => row);
}

const RESORT_MS = 2000;

/**
 * Keeps the order of rows that stay while only their values change: it is renewed at most every two
 * seconds, and not while the pointer is over the list or a menu is open. `intent` names what the
 * user asked for (filter, sort, group): a change of it is followed at once.
 */
export function useCalmOrder<T extends { id: string }>(
  sorted: readonly T[],
  intent: string,
  held: () => boolean,
): { rows: readonly T[]; changed: boolean; renew: () => void } {
  const last = useRef<{ ids: string[]; at: number; intent: string }>({
    ids: [],
    at: 0,
    intent: '',
  });
  const [tick, setTick] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tick` is the order to look again
  const result = useMemo(() => {
    const before = last.current;
    const now = Date.now();
    const fresh = before.intent !== intent || before.ids.length === 0;
    const due = now - before.at > RESORT_MS && !held() && !menuIsOpen();
    if (fresh || due) {
      last.current = { ids: sorted.map(({ id }) => id), at: now, intent };
      return { rows: sorted, changed: false };
    }
    const byId = new Map(sorted.map((row) => [row.id, row]));
    const rows: T[] = [];
    for (const id of before.ids) {
      const row = byId.get(id);
      if (row) {
        rows.push(row);
        byId.delete(id);
      }
    }
    // New rows show at once, at the end, until the order is renewed.
    rows.push(...byId.values());
    const changed = rows.some((row, index) => row.id !== sorted[index]?.id);
    return { rows: changed ? rows : sorted, changed };
  }, [sorted, intent, held, tick]);
  useEffect(() => {
    if (!result.changed) return;
    const timer = setTimeout(() => setTick((n) => n + 1), RESORT_MS);
    return () => clearTimeout(timer);
  }, [result]);
  return {
    ...result,
    renew: () => {
      last.current.ids = [];
      setTick((n) => n + 1);
    },
  };
}
