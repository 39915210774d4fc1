/** Where a list keeps its filter, sort and group: in the URL, or (on the dashboard) in the page. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';

export interface ListState {
  q: string;
  /** Column id, with `-` in front for descending; '' = the list's own order. */
  sort: string;
  group: string;
}
export type SetListState = (change: Partial<ListState>) => void;

/** Filter, sort and group from the URL of the current route. */
export function useUrlListState(): [ListState, SetListState] {
  const search = useSearch({ strict: false }) as Partial<ListState>;
  const navigate = useNavigate();
  const set = useCallback(
    (change: Partial<ListState>) => {
      void navigate({
        to: '.',
        replace: true,
        resetScroll: false,
        search: ((old: Record<string, unknown>) => {
          const next: Record<string, unknown> = { ...old, ...change };
          for (const key of ['q', 'sort', 'group']) if (!next[key]) delete next[key];
          return next;
        }) as never,
      });
    },
    [navigate],
  );
  return [{ q: search.q ?? '', sort: search.sort ?? '', group: search.group ?? '' }, set];
}

/** The same, kept in the component. */
export function useLocalListState(initial: Partial<ListState> = {}): [ListState, SetListState] {
  const [state, setState] = useState<ListState>({ q: '', sort: '', group: '', ...initial });
  const set = useCallback(
    (change: Partial<ListState>) => setState((old) => ({ ...old, ...change })),
    [],
  );
  return [state, set];
}
