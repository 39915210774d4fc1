/** One topic of the live socket as it is kept here, and how a frame of the server changes it. */
import type { OutputLine } from '../api/types';
import type { Fields, PatchFrame, Row, ServerFrame, Since } from './protocol';

export interface TopicError {
  status: number;
  message: string;
}

/** What a component sees of a topic; a new object each time something changed. */
export interface RowsView<T> {
  readonly rows: readonly T[];
  readonly ready: boolean;
  readonly error: TopicError | null;
}
export interface ValueView<T> {
  readonly value: T | undefined;
  readonly ready: boolean;
  readonly error: TopicError | null;
}
export interface LinesView {
  /** Grows in place; `count` changes when it did. */
  readonly lines: readonly OutputLine[];
  readonly count: number;
  /** How many of the oldest lines were let go. */
  readonly dropped: number;
}

export const EMPTY_ROWS: RowsView<never> = { rows: [], ready: false, error: null };
export const EMPTY_VALUE: ValueView<never> = { value: undefined, ready: false, error: null };
export const EMPTY_LINES: LinesView = { lines: [], count: 0, dropped: 0 };
const MAX_LINES = 200_000;
/** A long list just shown is being drawn: what changes meanwhile is taken in together after this long. */
const REST_MS = 1000;
/** From so many rows on a list is long. */
export const LONG = 500;

export type Listener = () => void;

export class Topic {
  refs = 0;
  seq = -1;
  epoch = '';
  /** A snapshot is on its way; patches before it are not for us. */
  resync = false;
  ready = false;
  error: TopicError | null = null;
  rows = new Map<string, Row>();
  /** Another number whenever a row came, went or has another name. */
  names = 0;
  value: unknown;
  lines: OutputLine[] = [];
  lastLine = -1;
  dropped = 0;
  hasLines = false;

  rowsView: RowsView<Row> = EMPTY_ROWS;
  valueView: ValueView<unknown> = EMPTY_VALUE;
  linesView: LinesView = EMPTY_LINES;

  dirtyIds = new Set<string>();
  dirtyShape = false;
  dirtyList = false;
  dirtyLines = false;
  lastList = 0;

  readonly listListeners = new Set<Listener>();
  readonly lineListeners = new Set<Listener>();
  readonly rowListeners = new Map<string, Set<Listener>>();
  idle: ReturnType<typeof setTimeout> | undefined;

  /** Takes everything anew. Rows that are as they were stay the same objects. */
  snap(frame: Extract<ServerFrame, { op: 'snap' }>, epoch: string): void {
    this.seq = frame.seq;
    this.epoch = epoch;
    this.resync = false;
    this.ready = true;
    this.error = null;
    this.dirtyShape = true;
    if (!frame.rows) {
      this.value = frame.value;
      return;
    }
    const before = this.rows;
    this.rows = new Map();
    for (const row of frame.rows) {
      const old = before.get(row.id);
      const kept = old && same(old, row) ? old : row;
      this.rows.set(row.id, kept);
      if (kept !== old) this.dirtyIds.add(row.id);
    }
    for (const id of before.keys()) if (!this.rows.has(id)) this.dirtyIds.add(id);
    this.names += 1;
  }

  /** Takes a change. `gap` means that one before it is missing, `old` that it is here already. */
  patch(frame: PatchFrame): 'taken' | 'old' | 'gap' {
    if (!this.ready || this.resync || frame.seq <= this.seq) return 'old';
    if ((frame.prev ?? frame.seq - 1) > this.seq) return 'gap';
    this.seq = frame.seq;
    if (this.value !== undefined) this.patchValue(frame);
    else this.patchRows(frame);
    return 'taken';
  }

  private patchValue(frame: PatchFrame): void {
    const value = { ...(this.value as Fields) };
    for (const [field, change] of frame.set ?? []) {
      value[field] = isAppend(change)
        ? appended(value[field] as unknown[] | undefined, change.append)
        : change;
    }
    for (const field of frame.del ?? []) delete value[field];
    this.value = value;
    this.dirtyShape = true;
  }

  private patchRows(frame: PatchFrame): void {
    for (const [id, fields] of frame.set ?? []) {
      const old = this.rows.get(id);
      const row = patched(old, fields as Fields, id);
      if (!old) this.dirtyShape = true;
      if (old?.name !== row.name) this.names += 1;
      this.rows.set(id, row);
      this.dirtyIds.add(id);
      this.dirtyList = true;
    }
    for (const id of frame.del ?? []) {
      if (!this.rows.delete(id)) continue;
      this.names += 1;
      this.dirtyIds.add(id);
      this.dirtyShape = true;
    }
  }

  /** Adds output behind what is there; the oldest go where there is too much. */
  addLines(lines: readonly OutputLine[]): void {
    this.hasLines = true;
    for (const line of lines) {
      if (line[0] <= this.lastLine) continue;
      this.lastLine = line[0];
      this.lines.push(line);
    }
    if (this.lines.length > MAX_LINES) {
      const excess = this.lines.length - Math.floor(MAX_LINES * 0.9);
      this.lines = this.lines.slice(excess);
      this.dropped += excess;
    }
    this.dirtyLines = true;
  }

  /** It cannot be shown. */
  fail(error: TopicError): void {
    this.error = error;
    this.resync = false;
    this.ready = false;
    this.dirtyShape = true;
    this.dirtyLines = true;
  }

  /** Forgets everything. */
  clear(): void {
    this.rows = new Map();
    this.names += 1;
    this.value = undefined;
    this.lines = [];
    this.lastLine = -1;
    this.ready = false;
    this.seq = -1;
    this.dirtyShape = true;
    this.dirtyLines = true;
  }

  /** Where it can be continued from; nothing where it has to come whole. */
  since(): Since | undefined {
    if (!this.ready || this.resync || this.seq < 0) return undefined;
    // Output lines follow a snapshot only; they carry numbers of their own.
    if (this.hasLines) return undefined;
    return { epoch: this.epoch, seq: this.seq };
  }

  /** Shows the lines as they are now. */
  showLines(): void {
    this.dirtyLines = false;
    const { lines, dropped } = this;
    this.linesView = { lines, count: dropped + lines.length, dropped };
  }

  /** Shows rows and value as they are now. */
  showList(now: number): void {
    this.dirtyShape = false;
    this.dirtyList = false;
    const { ready, error } = this;
    const isNew = ready && !this.rowsView.ready;
    this.lastList = isNew && this.rows.size > LONG ? now + REST_MS : now;
    this.rowsView = { rows: [...this.rows.values()], ready, error };
    this.valueView = { value: this.value, ready, error };
  }
}

/** A row with what changed of it; its `info` is told field by field. */
function patched(old: Row | undefined, fields: Fields, id: string): Row {
  const info = old?.info && fields.info ? { info: { ...old.info, ...fields.info } } : null;
  return { ...old, ...fields, ...info, id };
}

function isAppend(change: unknown): change is { append: unknown[] } {
  return (
    typeof change === 'object' &&
    change !== null &&
    Array.isArray((change as { append?: unknown }).append)
  );
}

/** The live ring: newest 600 entries, as the snapshot carries them. */
export const RING = 600;

function appended(old: unknown[] | undefined, more: unknown[]): unknown[] {
  const all = [...(old ?? []), ...more];
  return all.length > RING ? all.slice(-RING) : all;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
