/** The live containers with what was just pressed on them. */
import { useMemo } from 'react';
import { usePending } from '../../lib/pending';
import { useRow, useRows } from '../../live/hooks';
import type { RowsView } from '../../live/store';
import type { Container } from './figures';

/** All containers, or those of one server; with `figures` anew when any figure is another. */
export function useContainers(server?: string, figures = false): RowsView<Container> {
  const view = useRows('containers');
  const stats = useRows(figures ? 'container_stats' : null);
  const pending = usePending();
  // Names of owners and addresses for port links are looked up in these.
  useRows('servers');
  useRows('deployments');
  // biome-ignore lint/correctness/useExhaustiveDependencies: new figures are new rows to who sorts by them
  const rows = useMemo(() => {
    const all: readonly Container[] = view.rows;
    const mine = server ? all.filter((row) => row.server_id === server) : [...all];
    if (pending.size === 0) return mine;
    return mine.map((row) => withPending(row, pending.get(row.id)));
  }, [view.rows, stats.rows, pending, server]);
  return { ...view, ready: view.ready && (!figures || stats.ready), rows };
}

export function useContainer(server: string, name: string): Container | undefined {
  const id = `${server}/${name}`;
  const row: Container | undefined = useRow('containers', id);
  const pending = usePending().get(id);
  return row && withPending(row, pending);
}

function withPending(
  row: Container,
  pending: { operation: string; update: string } | undefined,
): Container {
  if (!pending || row.busy) return row;
  return { ...row, busy: pending.operation, busy_update: pending.update || null };
}
