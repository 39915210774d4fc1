/** What can be done to a thing, declared once and used by rows, bulk bars, headers and the palette. */
import type { ReactNode } from 'react';
import { m } from '../i18n/common';
import { connection } from '../live/socket';
import type { Anchor } from '../ui/anchor';
import { confirm } from '../ui/confirm';
import type { MenuItem } from '../ui/menu';
import { toast } from '../ui/toasts';
import { plural } from './format';

/**
 * 0 runs at once, 1 asks in a popover, 2 in a dialog with the list, 3 has the name typed.
 */
export type Level = 0 | 1 | 2 | 3;

export interface Action<T> {
  id: string;
  /** The verb: "Restart". */
  label: string;
  level: Level;
  icon?: ReactNode;
  /** Single-key shortcut on the row and on the page of the thing. */
  shortcut?: string;
  danger?: boolean;
  /** Can several be done at once? */
  bulk?: boolean;
  /** A line above it in menus. */
  separated?: boolean;
  /** true, or why not (shown on the disabled control), or null to leave it out. */
  applies: (row: T) => true | string | null;
  /** What it means for these, in a sentence. Levels 1 to 3. */
  impact?: (rows: readonly T[]) => ReactNode;
  /** Does it to one. Errors are told by whoever sends (see run.ts). */
  run: (row: T, anchor?: Anchor) => Promise<unknown> | unknown;
}

export interface Nouns<T> {
  one: string;
  many: string;
  name: (row: T) => string;
}

/** How long the connection may be gone before anything but reading is refused. */
const OFFLINE_MS = 30_000;

/** Why nothing can be done now, or null. */
export function offlineReason(): string | null {
  const { phase, asOf } = connection.get();
  const gone = phase === 'offline' && Date.now() - asOf > OFFLINE_MS;
  return gone ? m.offlineReason : null;
}

/** "Restart grafana", "Delete deployment grafana", "Prune images on local". */
export function actionTitle(label: string, name: string): string {
  return /^Prune | all /.test(label) ? `${label} on ${name}` : `${label} ${name}`;
}

const PARALLEL = 4;

/** Asks as the level demands, then does it to all that it applies to. Answers what was done. */
export async function runAction<T>(
  action: Action<T>,
  rows: readonly T[],
  nouns: Nouns<T>,
  anchor?: Anchor | null,
): Promise<number> {
  const able = rows.filter((row) => action.applies(row) === true);
  if (able.length === 0) {
    const reason = rows[0] && action.applies(rows[0]);
    if (typeof reason === 'string') toast({ tone: 'warn', title: reason });
    return 0;
  }
  const offline = action.level > 0 ? offlineReason() : null;
  if (offline) {
    toast({ tone: 'warn', title: offline });
    return 0;
  }
  if (action.level > 0 && !(await ask(action, able, nouns, anchor))) return 0;
  const queue = [...able];
  const worker = async () => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      await action.run(row, anchor ?? undefined);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, able.length) }, worker));
  return able.length;
}

function ask<T>(
  action: Action<T>,
  rows: readonly T[],
  nouns: Nouns<T>,
  anchor: Anchor | null | undefined,
): Promise<boolean> {
  const [first] = rows;
  if (first === undefined) return Promise.resolve(false);
  const single = rows.length === 1;
  const all = plural(rows.length, nouns.one, nouns.many);
  return confirm({
    level: action.level === 0 ? 1 : action.level,
    title: `${actionTitle(action.label, single ? nouns.name(first) : all)}?`,
    impact: action.impact?.(rows),
    confirm: single ? action.label : `${action.label} ${rows.length}`,
    name: single ? nouns.name(first) : `${action.label.toLowerCase()} ${rows.length} ${nouns.many}`,
    ...(single ? {} : { list: rows.map(nouns.name) }),
    anchor,
  });
}

/** The actions of one thing as menu items. */
export function menuItems<T>(
  actions: ReadonlyArray<Action<T>>,
  row: T,
  nouns: Nouns<T>,
  anchor?: Anchor | null,
): MenuItem[] {
  return actions.flatMap((action): MenuItem[] => {
    const applies = action.applies(row);
    if (applies === null) return [];
    return [
      {
        label: action.level > 1 ? `${action.label}…` : action.label,
        icon: action.icon,
        shortcut: action.shortcut,
        danger: action.danger ?? false,
        separated: action.separated ?? false,
        disabledReason: applies === true ? null : applies,
        onSelect: () => void runAction(action, [row], nouns, anchor),
      },
    ];
  });
}
