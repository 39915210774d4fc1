/** How logs are shown; kept in this browser. */
import * as v from 'valibot';
import { createValue } from '../lib/value';

const Prefs = v.object({
  time: v.optional(v.picklist(['off', 'abs', 'rel', 'utc']), 'abs'),
  /** null: on for phones, off elsewhere. */
  wrap: v.optional(v.nullable(v.boolean()), null),
  json: v.optional(v.boolean(), false),
});
export type LogPrefs = v.InferOutput<typeof Prefs>;
export type TimeMode = LogPrefs['time'];

const KEY = 'monitor.log';

function load(): LogPrefs {
  try {
    const stored = v.safeParse(Prefs, JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    if (stored.success) return stored.output;
  } catch {
    // A broken or blocked store means the defaults.
  }
  return v.parse(Prefs, {});
}

export const logPrefs = createValue<LogPrefs>(load());

export function setLogPrefs(change: Partial<LogPrefs>): void {
  logPrefs.set({ ...logPrefs.get(), ...change });
  try {
    localStorage.setItem(KEY, JSON.stringify(logPrefs.get()));
  } catch {
    // Private mode: the choice lasts for this page.
  }
}

const ORDER: readonly TimeMode[] = ['abs', 'rel', 'utc', 'off'];

export function nextTime(mode: TimeMode): TimeMode {
  return ORDER[(ORDER.indexOf(mode) + 1) % ORDER.length] ?? 'abs';
}
