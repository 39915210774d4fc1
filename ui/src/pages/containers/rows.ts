/** The live containers with what was just pressed on them. */
import { useMemo } from 'react';
import type { DeploymentRow } from '../../api/types';
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
  const busy = useBusyDeployments();
  // biome-ignore lint/correctness/useExhaustiveDependencies: new figures are new rows to who sorts by them
  const rows = useMemo(() => {
    const all: readonly Container[] = view.rows;
    const mine = server ? all.filter((row) => row.server_id === server) : [...all];
    if (pending.size === 0 && busy.size === 0) return mine;
    return mine.map((row) => withBusy(withPending(row, pending.get(row.id)), busy));
  }, [view.rows, stats.rows, pending, busy, server]);
  return { ...view, ready: view.ready && (!figures || stats.ready), rows };
}

export function useContainer(server: string, name: string): Container | undefined {
  const id = `${server}/${name}`;
  const row: Container | undefined = useRow('containers', id);
  const pending = usePending().get(id);
  const busy = useBusyDeployments();
  return row && withBusy(withPending(row, pending), busy);
}

const NONE: ReadonlyMap<string, DeploymentRow> = new Map();

/** Deployments that something is done to now; the same map while it is none. */
function useBusyDeployments(): ReadonlyMap<string, DeploymentRow> {
  const { rows } = useRows('deployments');
  return useMemo(() => {
    const busy = rows.filter(({ info }) => info.busy);
    return busy.length > 0 ? new Map(busy.map((row) => [row.id, row])) : NONE;
  }, [rows]);
}

/** A container is busy with its deployment. */
function withBusy(row: Container, busy: ReadonlyMap<string, DeploymentRow>): Container {
  if (row.busy || row.resource?.type !== 'Deployment') return row;
  const info = busy.get(row.resource.id)?.info;
  return info ? { ...row, busy: info.busy, busy_update: info.busy_update } : row;
}

function withPending(
  row: Container,
  pending: { operation: string; update: string } | undefined,
): Container {
  if (!pending || row.busy) return row;
  return { ...row, busy: pending.operation, busy_update: pending.update || null };
}
