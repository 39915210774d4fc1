/** Request data (configs, inspect, history): TanStack Query over the API client. */
import { QueryClient, type QueryKey, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { ApiError, send } from '../api/client';
import type { Answer, Name, Params } from '../api/types';

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (times, error) =>
        times < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
});

export function readKey<N extends Name<'read'>>(name: N, params: Params<'read', N>): QueryKey {
  return [name, params];
}

/** One read request, cached by its name and parameters. `enabled: false` waits. */
export function useRead<N extends Name<'read'>>(
  name: N,
  params: Params<'read', N>,
  options: { enabled?: boolean; staleTime?: number } = {},
): UseQueryResult<Answer<'read', N>> {
  return useQuery(
    {
      queryKey: readKey(name, params),
      queryFn: ({ signal }) => send('read', name, params, { signal }),
      ...options,
    },
    // Given, not from a provider: the app starts without this module.
    queries,
  );
}

/** Marks what was read under this name as old; what is on screen is read again. */
export function refresh(name: Name<'read'>): Promise<void> {
  return queries.invalidateQueries({ queryKey: [name] });
}
