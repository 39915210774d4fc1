/** Single-key shortcuts of the page: registered with their meaning, so that `?` can list them. */
import { useEffect, useRef } from 'react';
import { look } from '../theme/look';

export type KeyGroup = 'global' | 'list' | 'detail' | 'charts' | 'logs';

export interface Shortcut {
  /** `g d`, `/`, `Shift+?`; letters are case-sensitive. */
  keys: string;
  what: string;
  group: KeyGroup;
  run: () => void;
}

const registered = new Set<Shortcut>();

/** Shortcuts of what is on the page now, by group. */
export function shortcuts(): Shortcut[] {
  return [...registered];
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[data-keys-own]')) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

let pending = '';
let pendingAt = 0;
const SEQUENCE_MS = 1000;

/** The one listener; the shell installs it. */
export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!look.get().shortcuts || typing(event.target)) return;
    if (document.querySelector('dialog[open]') || event.isComposing) return;
    const sequence = performance.now() - pendingAt < SEQUENCE_MS ? `${pending} ${event.key}` : '';
    const all = [...registered].reverse();
    const hit =
      (sequence && all.find(({ keys }) => keys === sequence)) ||
      all.find(({ keys }) => keys === event.key);
    if (hit) {
      event.preventDefault();
      pending = '';
      pendingAt = 0;
      hit.run();
      return;
    }
    const starts = all.some(({ keys }) => keys.startsWith(`${event.key} `));
    pending = starts ? event.key : '';
    pendingAt = starts ? performance.now() : 0;
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** Registers shortcuts while mounted; what they run is always the newest closure. */
export function useShortcuts(list: readonly Shortcut[]): void {
  const newest = useRef(list);
  newest.current = list;
  const shape = list.map(({ keys, group, what }) => `${keys}|${group}|${what}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is the list, without its closures
  useEffect(() => {
    const mine = newest.current.map((each, index) => ({
      ...each,
      run: () => newest.current[index]?.run(),
    }));
    for (const each of mine) registered.add(each);
    return () => {
      for (const each of mine) registered.delete(each);
    };
  }, [shape]);
}
