/** Which rows of a list are chosen. */
import { useCallback, useMemo, useRef, useState } from 'react';

export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string, range: boolean) => void;
  all: () => void;
  clear: () => void;
}

/** The chosen rows among those that are shown. */
export function useSelection<T extends { id: string }>(shown: readonly T[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string | null>(null);
  // What is filtered away or gone is not selected: actions apply to what is in sight.
  const present = useMemo(() => {
    if (ids.size === 0) return ids;
    const here = new Set(shown.map(({ id }) => id));
    const kept = [...ids].filter((id) => here.has(id));
    return kept.length === ids.size ? ids : new Set(kept);
  }, [ids, shown]);
  const toggle = useCallback(
    (id: string, range: boolean) => {
      setIds((old) => {
        const next = new Set(old);
        const from = shown.findIndex((row) => row.id === anchor.current);
        const to = shown.findIndex((row) => row.id === id);
        if (range && from >= 0 && to >= 0) {
          for (const row of shown.slice(Math.min(from, to), Math.max(from, to) + 1))
            next.add(row.id);
        } else if (next.has(id)) next.delete(id);
        else next.add(id);
        return next;
      });
      anchor.current = id;
    },
    [shown],
  );
  return {
    ids: present,
    toggle,
    all: () => setIds(new Set(shown.map(({ id }) => id))),
    clear: () => setIds(new Set()),
  };
}
