/** Activities older than the live ones: read in pages while the list is scrolled. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { send } from '../../api/client';
import type { ResourceTarget, UpdateListItem, UpdateRow } from '../../api/types';

/** Core's page size; a shorter page is the last. */
const PAGE = 100;

export interface Older {
  rows: readonly UpdateListItem[];
  loading: boolean;
  done: boolean;
  error: unknown;
  more: () => void;
}

const START: Omit<Older, 'more'> = { rows: [], loading: false, done: false, error: null };

function queryOf(target: ResourceTarget | undefined, before: number): Record<string, unknown> {
  return {
    ...(target ? { 'target.type': target.type, 'target.id': target.id } : {}),
    // Pages move when something new happens; times do not.
    ...(before > 0 ? { start_ts: { $lte: before } } : {}),
  };
}

/** Pages behind `live`, by time. Of one target, or of everything. */
export function useOlder(live: readonly UpdateRow[], target?: ResourceTarget): Older {
  const [state, setState] = useState(START);
  const busy = useRef(false);
  const key = target ? `${target.type}/${target.id}` : '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another target begins anew
  useEffect(() => {
    busy.current = false;
    setState(START);
  }, [key]);
  const oldest = Math.min(
    ...(state.rows.length > 0 ? [state.rows.at(-1)?.start_ts ?? 0] : []),
    ...(live.length > 0 ? live.map(({ start_ts }) => start_ts) : []),
  );
  const from = Number.isFinite(oldest) ? oldest : 0;
  const known = useMemo(
    () => new Set([...live, ...state.rows].map(({ id }) => id)),
    [live, state.rows],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the target
  const more = useCallback(() => {
    if (busy.current || state.done) return;
    busy.current = true;
    setState((old) => ({ ...old, loading: true, error: null }));
    void load(queryOf(target, from), known)
      .then((page) => {
        setState((old) => ({
          rows: [...old.rows, ...page.rows],
          loading: false,
          done: page.done,
          error: null,
        }));
      })
      .catch((error: unknown) => setState((old) => ({ ...old, loading: false, error })))
      .finally(() => {
        busy.current = false;
      });
  }, [key, from, known, state.done]);
  return { ...state, more };
}

/** The next rows that are not known; reads on where a whole page was. */
async function load(
  query: Record<string, unknown>,
  known: ReadonlySet<string>,
): Promise<{ rows: UpdateListItem[]; done: boolean }> {
  for (let page = 0; ; page += 1) {
    const answer = await send('read', 'ListUpdates', { query, page });
    const rows = answer.updates.filter(({ id }) => !known.has(id));
    const done = answer.next_page === null || answer.updates.length < PAGE;
    if (rows.length > 0 || done) return { rows, done };
  }
}
