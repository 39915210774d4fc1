/**
 * What was pressed and is not done yet, by the thing it was pressed on: shown as busy in the same
 * frame, until Core tells the end of the activity it became.
 */
import type { UpdateRow } from '../api/types';
import { store } from '../live/socket';
import { createValue, useStored } from './value';

export interface Pending {
  operation: string;
  /** Empty until Core has answered. */
  update: string;
}

const none: ReadonlyMap<string, Pending> = new Map();
const pending = createValue<ReadonlyMap<string, Pending>>(none);
let release: (() => void) | null = null;

function change(edit: (map: Map<string, Pending>) => void): void {
  const map = new Map(pending.get());
  edit(map);
  pending.set(map.size > 0 ? map : none);
  if (map.size > 0) {
    release ??= store.watchList('updates', settle);
  } else {
    release?.();
    release = null;
  }
}

/** Takes away what the live list of activities says is done. */
function settle(): void {
  const done = [...pending.get()].filter(([, { update }]) => {
    const row = update ? (store.row('updates', update) as UpdateRow | undefined) : undefined;
    return row?.status === 'Complete';
  });
  if (done.length > 0) {
    change((map) => {
      for (const [key] of done) map.delete(key);
    });
  }
}

/** Marks `key` as busy with an operation while `run` starts it and until its activity ends. */
export async function whilePending(
  key: string,
  operation: string,
  run: () => Promise<{ _id: { $oid: string } } | null>,
): Promise<{ _id: { $oid: string } } | null> {
  change((map) => map.set(key, { operation, update: '' }));
  const update = await run();
  change((map) => {
    if (update) map.set(key, { operation, update: update._id.$oid });
    else map.delete(key);
  });
  settle();
  return update;
}

export function usePending(): ReadonlyMap<string, Pending> {
  return useStored(pending);
}

export function peekPending(key: string): Pending | undefined {
  return pending.get().get(key);
}
