/** What the keys of a list do: move, open, choose, act. */
import type { KeyboardEvent } from 'react';
import { runAction } from '../lib/action';
import type { Selection } from './selection';
import type { ListSpec } from './types';

export interface RowKeys<T extends { id: string }> {
  spec: ListSpec<T>;
  rows: readonly T[];
  /** The row the keys are at. */
  active: number;
  /** How many rows Page up and Page down go. */
  page: number;
  selection: Selection | null;
  go: (index: number) => void;
  open: (row: T, newTab: boolean) => void;
  menu: (row: T) => void;
  element: (row: T) => Element | null;
}

const WITH_CONTROL = ['a', 'Enter', 'Home', 'End'];

function meanings<T extends { id: string }>(
  { rows, active, page, selection, go, open, menu }: RowKeys<T>,
  event: KeyboardEvent,
): Record<string, () => void> {
  const row = rows[active];
  const control = event.ctrlKey || event.metaKey;
  const moves = {
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active - 1),
    j: () => go(active + 1),
    k: () => go(active - 1),
    PageDown: () => go(active + page),
    PageUp: () => go(active - page),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    Enter: () => row && open(row, control),
    '.': () => row && menu(row),
    ContextMenu: () => row && menu(row),
  };
  if (!selection) return moves;
  const toggle = () => row && selection.toggle(row.id, event.shiftKey);
  return {
    ...moves,
    x: toggle,
    X: toggle,
    ' ': toggle,
    Escape: selection.clear,
    ...(control ? { a: selection.all } : {}),
  };
}

/** Handles a key pressed on the list itself. */
export function onRowKey<T extends { id: string }>(keys: RowKeys<T>, event: KeyboardEvent): void {
  if (event.target !== event.currentTarget || event.altKey) return;
  const row = keys.rows[keys.active];
  const control = event.ctrlKey || event.metaKey;
  const action = keys.spec.actions.find(
    ({ shortcut, applies }) => shortcut === event.key && row !== undefined && applies(row) !== null,
  );
  const run =
    meanings(keys, event)[event.key] ??
    (action && row && !control
      ? () => void runAction(action, [row], keys.spec.nouns, keys.element(row))
      : undefined);
  if (!run || (control && !WITH_CONTROL.includes(event.key))) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}
