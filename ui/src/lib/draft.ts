/**
 * Editing a config: what is saved, what is typed, and the difference. A draft survives reloads (in
 * this browser, without secrets), and a change made elsewhere meanwhile is shown, never overwritten.
 */
import { useCallback, useEffect, useMemo, useState } from 'react';

export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

/** Deep equality of JSON values. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) =>
    equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** The fields of `draft` that differ from `saved`, as a partial config. */
export function changedFields<C extends object>(saved: C, draft: C): Partial<C> {
  const changes: Partial<C> = {};
  for (const key of Object.keys(draft) as Array<keyof C>) {
    if (!equal(saved[key], draft[key])) changes[key] = draft[key];
  }
  return changes;
}

interface Stored<C> {
  base: Partial<C>;
  changes: Partial<C>;
  at: number;
}

export interface Draft<C extends object> {
  /** What the form shows. */
  value: C;
  saved: C;
  changes: ReadonlyArray<Change>;
  /** The partial config to send. */
  partial: Partial<C>;
  dirty: boolean;
  set: (changes: Partial<C>) => void;
  isChanged: (field: keyof C) => boolean;
  discard: () => void;
  /** Brings back what the last discard threw away. */
  undoDiscard: (() => void) | null;
  /** When the draft was restored from an earlier visit, ms; 0 = typed now. */
  restoredAt: number;
  /** Fields that someone else saved while they are changed here. */
  conflicts: readonly string[];
}

export interface DraftOptions<C> {
  /** Kept in the tab only, never stored. */
  secrets?: ReadonlyArray<keyof C>;
}

const PREFIX = 'monitor.draft.';

function load<C>(path: string): Stored<C> | null {
  try {
    const text = localStorage.getItem(PREFIX + path);
    return text ? (JSON.parse(text) as Stored<C>) : null;
  } catch {
    return null;
  }
}

function keep<C>(path: string, stored: Stored<C> | null): void {
  try {
    if (stored) localStorage.setItem(PREFIX + path, JSON.stringify(stored));
    else localStorage.removeItem(PREFIX + path);
  } catch {
    // Full or blocked storage: the draft lives as long as the page.
  }
}

/** A draft over `saved`, named by `path` (such as `server/<id>`). */
export function useDraft<C extends object>(
  path: string,
  saved: C,
  { secrets = [] }: DraftOptions<C> = {},
): Draft<C> {
  const [stored, setStored] = useState<Stored<C> | null>(() => load<C>(path));
  const [restored] = useState(() => load<C>(path)?.at ?? 0);
  const [discarded, setDiscarded] = useState<Stored<C> | null>(null);

  const partial = useMemo(
    () => changedFields(saved, { ...saved, ...stored?.changes }),
    [saved, stored],
  );
  const fields = Object.keys(partial) as Array<keyof C & string>;
  const value = useMemo(() => ({ ...saved, ...partial }), [saved, partial]);
  const conflicts = fields.filter(
    (field) => stored && field in stored.base && !equal(stored.base[field], saved[field]),
  );

  useEffect(() => {
    if (!stored) return keep(path, null);
    const open: Partial<C> = { ...stored.changes };
    const base: Partial<C> = { ...stored.base };
    for (const field of secrets) {
      delete open[field];
      delete base[field];
    }
    keep(path, Object.keys(open).length > 0 ? { ...stored, changes: open, base } : null);
  }, [path, stored, secrets]);

  const dirty = fields.length > 0;
  useEffect(() => {
    // What was saved meanwhile is no draft any more.
    if (stored && !dirty) setStored(null);
  }, [stored, dirty]);
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => {
      if (secrets.some((field) => field in partial)) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty, partial, secrets]);

  const set = useCallback(
    (changes: Partial<C>) => {
      setDiscarded(null);
      setStored((old) => {
        const base: Partial<C> = { ...(old?.base as Partial<C> | undefined) };
        for (const field of Object.keys(changes) as Array<keyof C>) {
          if (!(field in base)) base[field] = saved[field];
        }
        return { base, changes: { ...old?.changes, ...changes }, at: Date.now() };
      });
    },
    [saved],
  );
  return {
    value,
    saved,
    partial,
    dirty,
    set,
    conflicts,
    changes: fields.map((field) => ({ field, before: saved[field], after: partial[field] })),
    isChanged: (field) => field in partial,
    discard: () => {
      setDiscarded(stored);
      setStored(null);
    },
    undoDiscard: discarded ? () => setStored(discarded) : null,
    restoredAt: stored && stored.at === restored ? restored : 0,
  };
}
