/** The live deployments with what was just pressed on them, and their containers. */
import { useMemo } from 'react';
import type { DeploymentRow } from '../../api/types';
import { type Pending, usePending } from '../../lib/pending';
import { useRow, useRows } from '../../live/hooks';
import type { RowsView } from '../../live/store';
import type { Container } from '../containers/figures';
import { pendingKey } from './actions';

function withPending(row: DeploymentRow, pending: Pending | undefined): DeploymentRow {
  if (!pending || row.info.busy) return row;
  const { operation, update } = pending;
  return { ...row, info: { ...row.info, busy: operation, busy_update: update || null } };
}

export function useDeployments(): RowsView<DeploymentRow> {
  const view = useRows('deployments');
  const pending = usePending();
  const rows = useMemo(() => {
    if (pending.size === 0) return view.rows;
    return view.rows.map((row) => withPending(row, pending.get(pendingKey(row))));
  }, [view.rows, pending]);
  return { ...view, rows };
}

/** One deployment, by id or name. */
export function useDeployment(ref: string): { row: DeploymentRow | undefined; ready: boolean } {
  const { rows, ready } = useRows('deployments');
  const byId = useRow('deployments', ref);
  const found = byId ?? rows.find(({ name }) => name === ref);
  const pending = usePending();
  return { row: found && withPending(found, pending.get(pendingKey(found))), ready };
}

/** The container of a deployment, as the server reports it. */
export function useContainerOf(row: DeploymentRow): Container | undefined {
  const { rows } = useRows('containers');
  return useMemo(() => {
    const all: readonly Container[] = rows;
    const { server_id, container_id, custom_name } = row.info;
    const owned = all.find(
      ({ resource }) => resource?.type === 'Deployment' && resource.id === row.id,
    );
    if (owned) return owned;
    const here = all.filter((each) => each.server_id === server_id);
    return (
      (container_id && here.find((each) => each.container_id === container_id)) ||
      here.find(({ name }) => name === (custom_name || row.name))
    );
  }, [rows, row]);
}
