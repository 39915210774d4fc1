/** Live resources with what was just pressed on them, and how one of them is found. */
import { useMemo } from 'react';
import { useRow, useRows } from '../live/hooks';
import type { RowOf } from '../live/protocol';
import type { RowsView } from '../live/store';
import { type Pending, usePending } from './pending';

export type BusyTopic = 'builds' | 'deployments' | 'repos';

interface Busy {
  id: string;
  info: { busy?: string | null; busy_update?: string | null };
}

/** Key of a resource among what was just pressed. */
export function pendingKey(topic: BusyTopic | 'builders', row: { id: string }): string {
  return `${topic}/${row.id}`;
}

function withPending<T extends Busy>(row: T, pending: Pending | undefined): T {
  if (!pending || row.info.busy) return row;
  const { operation, update } = pending;
  return { ...row, info: { ...row.info, busy: operation, busy_update: update || null } };
}

export function useResourceRows<T extends BusyTopic>(topic: T): RowsView<RowOf<T>> {
  const view = useRows(topic);
  const pending = usePending();
  const rows = useMemo(() => {
    if (pending.size === 0) return view.rows;
    const all = view.rows as unknown as readonly Busy[];
    return all.map((row) =>
      withPending(row, pending.get(pendingKey(topic, row))),
    ) as unknown as RowOf<T>[];
  }, [view.rows, pending, topic]);
  return { ...view, rows };
}

/** One resource, by id or name. */
export function useResource<T extends BusyTopic | 'builders'>(
  topic: T,
  ref: string,
): { row: RowOf<T> | undefined; ready: boolean } {
  const { rows, ready } = useRows(topic);
  const byId = useRow(topic, ref) as unknown as Busy | undefined;
  const found =
    byId ??
    (rows as unknown as ReadonlyArray<Busy & { name: string }>).find((row) => row.name === ref);
  const pending = usePending();
  const row = found && withPending(found, pending.get(pendingKey(topic, found)));
  return { row: row as unknown as RowOf<T> | undefined, ready };
}
