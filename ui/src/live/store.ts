/**
 * The normalised store behind the live socket: one entry per topic, patched in place and flushed to
 * React once per animation frame. It knows nothing of sockets: `onWant` and `onUnwant` tell who does.
 */
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

/** List listeners hear of changed rows at most this often; of new and gone rows at once. */
const LIST_INTERVAL_MS = 250;
const KEEP_IDLE_MS = 30_000;
const MAX_LINES = 200_000;
const EMPTY_ROWS: RowsView<never> = { rows: [], ready: false, error: null };
const EMPTY_VALUE: ValueView<never> = { value: undefined, ready: false, error: null };
const EMPTY_LINES: LinesView = { lines: [], count: 0, dropped: 0 };

type Listener = () => void;

class Topic {
  refs = 0;
  seq = -1;
  epoch = '';
  /** A snapshot is on its way; patches before it are not for us. */
  resync = false;
  ready = false;
  error: TopicError | null = null;
  rows = new Map<string, Row>();
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
}

export interface Scheduler {
  now(): number;
  frame(run: () => void): void;
  later(run: () => void, ms: number): ReturnType<typeof setTimeout>;
}

const browserScheduler: Scheduler = {
  now: () => performance.now(),
  frame(run) {
    // Hidden tabs get no animation frames; the store must not grow a queue meanwhile.
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  },
  later: (run, ms) => setTimeout(run, ms),
};

export class LiveStore {
  private readonly topics = new Map<string, Topic>();
  private readonly dirty = new Set<Topic>();
  private scheduled = false;
  private listTimer = false;

  onWant: (topic: string, since: Since | undefined) => void = () => {};
  onUnwant: (topic: string) => void = () => {};

  constructor(private readonly scheduler: Scheduler = browserScheduler) {}

  // --- wanting topics ---------------------------------------------------------

  /** Subscribes to a topic until the answered function is called. Counted: one `sub` for many. */
  want(name: string): () => void {
    const topic = this.topic(name);
    clearTimeout(topic.idle);
    topic.idle = undefined;
    topic.refs += 1;
    if (topic.refs === 1 && !this.subscribed.has(name)) {
      this.subscribed.add(name);
      this.onWant(name, this.since(topic));
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      topic.refs -= 1;
      if (topic.refs > 0) return;
      // Pages come and go; a topic wanted again within a moment keeps its subscription.
      topic.idle = this.scheduler.later(() => this.unwant(name, topic), 2_000);
    };
  }

  private readonly subscribed = new Set<string>();

  private unwant(name: string, topic: Topic): void {
    if (topic.refs > 0) return;
    this.subscribed.delete(name);
    this.onUnwant(name);
    // Nothing patches it any more: it is shown as old until a new snapshot, then forgotten.
    topic.idle = this.scheduler.later(() => {
      if (topic.refs === 0) this.topics.delete(name);
    }, KEEP_IDLE_MS);
  }

  /** Every wanted topic with the point it can be continued from; for a new connection. */
  wanted(): Array<[string, Since | undefined]> {
    return [...this.subscribed].map((name) => [name, this.since(this.topic(name))]);
  }

  private since(topic: Topic): Since | undefined {
    if (!topic.ready || topic.resync || topic.seq < 0) return undefined;
    // Output lines follow a snapshot only; they carry numbers of their own.
    if (topic.hasLines) return undefined;
    return { epoch: topic.epoch, seq: topic.seq };
  }

  // --- frames -------------------------------------------------------------------

  private epoch = '';

  /** Applies one frame of the server. */
  apply(frame: ServerFrame): void {
    switch (frame.op) {
      case 'hello':
        this.epoch = frame.epoch;
        return;
      case 'snap':
        return this.snap(frame);
      case 'p':
        return this.patch(frame);
      case 'lines':
        return this.addLines(frame.topic, frame.lines);
      case 'gap':
        return this.resubscribe(frame.topic);
      case 'perm':
        for (const name of this.subscribed) this.resubscribe(name);
        return;
      case 'err': {
        const topic = this.topics.get(frame.topic);
        if (!topic) return;
        topic.error = { status: frame.status, message: frame.error };
        topic.resync = false;
        topic.ready = false;
        topic.dirtyShape = true;
        topic.dirtyLines = true;
        this.touch(topic);
        return;
      }
      case 'pong':
        return;
    }
  }

  private snap(frame: Extract<ServerFrame, { op: 'snap' }>): void {
    const topic = this.topics.get(frame.topic);
    if (!topic) return;
    topic.seq = frame.seq;
    topic.epoch = this.epoch;
    topic.resync = false;
    topic.ready = true;
    topic.error = null;
    if (frame.rows) {
      const before = topic.rows;
      topic.rows = new Map();
      for (const row of frame.rows) {
        const old = before.get(row.id);
        topic.rows.set(row.id, old && same(old, row) ? old : row);
      }
      for (const id of new Set([...before.keys(), ...topic.rows.keys()])) {
        if (before.get(id) !== topic.rows.get(id)) topic.dirtyIds.add(id);
      }
    } else {
      topic.value = frame.value;
    }
    topic.dirtyShape = true;
    this.touch(topic);
  }

  private patch(frame: PatchFrame): void {
    const topic = this.topics.get(frame.topic);
    if (!topic?.ready || topic.resync) return;
    if (frame.seq <= topic.seq) return;
    if ((frame.prev ?? frame.seq - 1) > topic.seq) return this.resubscribe(frame.topic);
    topic.seq = frame.seq;
    if (topic.value !== undefined) this.patchValue(topic, frame);
    else this.patchRows(topic, frame);
    this.touch(topic);
  }

  private patchValue(topic: Topic, frame: PatchFrame): void {
    const value = { ...(topic.value as Fields) };
    for (const [field, change] of frame.set ?? []) {
      value[field] = isAppend(change)
        ? appended(value[field] as unknown[] | undefined, change.append)
        : change;
    }
    for (const field of frame.del ?? []) delete value[field];
    topic.value = value;
    topic.dirtyShape = true;
  }

  private patchRows(topic: Topic, frame: PatchFrame): void {
    for (const [id, fields] of frame.set ?? []) {
      const old = topic.rows.get(id);
      if (!old) topic.dirtyShape = true;
      topic.rows.set(id, { ...old, ...(fields as Fields), id });
      topic.dirtyIds.add(id);
      topic.dirtyList = true;
    }
    for (const id of frame.del ?? []) {
      if (!topic.rows.delete(id)) continue;
      topic.dirtyIds.add(id);
      topic.dirtyShape = true;
    }
  }

  private addLines(name: string, lines: readonly OutputLine[]): void {
    const topic = this.topics.get(name);
    if (!topic) return;
    topic.hasLines = true;
    for (const line of lines) {
      if (line[0] <= topic.lastLine) continue;
      topic.lastLine = line[0];
      topic.lines.push(line);
    }
    if (topic.lines.length > MAX_LINES) {
      const excess = topic.lines.length - Math.floor(MAX_LINES * 0.9);
      topic.lines = topic.lines.slice(excess);
      topic.dropped += excess;
    }
    topic.dirtyLines = true;
    this.touch(topic);
  }

  private resubscribe(name: string): void {
    const topic = this.topics.get(name);
    if (!topic || topic.resync || !this.subscribed.has(name)) return;
    topic.resync = true;
    this.onWant(name, undefined);
  }

  /** Lets every topic that waits for a snapshot ask again; its connection is gone. */
  connectionLost(): void {
    for (const topic of this.topics.values()) {
      if (!topic.resync) continue;
      topic.resync = false;
      topic.seq = -1;
    }
  }

  /** Forgets everything, as after a change of user. */
  clear(): void {
    for (const topic of this.topics.values()) {
      topic.rows = new Map();
      topic.value = undefined;
      topic.lines = [];
      topic.lastLine = -1;
      topic.ready = false;
      topic.seq = -1;
      topic.dirtyShape = true;
      topic.dirtyLines = true;
      this.touch(topic);
    }
  }

  // --- flushing ---------------------------------------------------------------------

  private touch(topic: Topic): void {
    this.dirty.add(topic);
    if (this.scheduled) return;
    this.scheduled = true;
    this.scheduler.frame(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const now = this.scheduler.now();
    let postponed = Number.POSITIVE_INFINITY;
    for (const topic of [...this.dirty]) {
      for (const id of topic.dirtyIds) notify(topic.rowListeners.get(id));
      topic.dirtyIds.clear();
      if (topic.dirtyLines) {
        topic.dirtyLines = false;
        topic.linesView = {
          lines: topic.lines,
          count: topic.dropped + topic.lines.length,
          dropped: topic.dropped,
        };
        notify(topic.lineListeners);
      }
      const due = topic.lastList + LIST_INTERVAL_MS;
      if (!topic.dirtyShape && topic.dirtyList && now < due) {
        postponed = Math.min(postponed, due - now);
        continue;
      }
      this.dirty.delete(topic);
      if (!topic.dirtyShape && !topic.dirtyList) continue;
      topic.dirtyShape = false;
      topic.dirtyList = false;
      topic.lastList = now;
      const { ready, error } = topic;
      topic.rowsView = { rows: [...topic.rows.values()], ready, error };
      topic.valueView = { value: topic.value, ready, error };
      notify(topic.listListeners);
    }
    if (postponed < Number.POSITIVE_INFINITY && !this.listTimer) {
      this.listTimer = true;
      this.scheduler.later(() => {
        this.listTimer = false;
        if (!this.scheduled) this.flush();
      }, postponed);
    }
  }

  // --- reading ------------------------------------------------------------------------

  rows(name: string): RowsView<Row> {
    return this.topics.get(name)?.rowsView ?? EMPTY_ROWS;
  }

  value(name: string): ValueView<unknown> {
    return this.topics.get(name)?.valueView ?? EMPTY_VALUE;
  }

  lines(name: string): LinesView {
    return this.topics.get(name)?.linesView ?? EMPTY_LINES;
  }

  /** The row as it is now, also between flushes. */
  row(name: string, id: string): Row | undefined {
    return this.topics.get(name)?.rows.get(id);
  }

  watchList(name: string, listener: Listener): () => void {
    const topic = this.topic(name);
    const release = this.want(name);
    topic.listListeners.add(listener);
    return () => {
      topic.listListeners.delete(listener);
      release();
    };
  }

  watchLines(name: string, listener: Listener): () => void {
    const topic = this.topic(name);
    const release = this.want(name);
    topic.lineListeners.add(listener);
    return () => {
      topic.lineListeners.delete(listener);
      release();
    };
  }

  watchRow(name: string, id: string, listener: Listener): () => void {
    const topic = this.topic(name);
    const release = this.want(name);
    let listeners = topic.rowListeners.get(id);
    if (!listeners) {
      listeners = new Set();
      topic.rowListeners.set(id, listeners);
    }
    listeners.add(listener);
    const mine = listeners;
    return () => {
      mine.delete(listener);
      if (mine.size === 0) topic.rowListeners.delete(id);
      release();
    };
  }

  private topic(name: string): Topic {
    let topic = this.topics.get(name);
    if (!topic) {
      topic = new Topic();
      this.topics.set(name, topic);
    }
    return topic;
  }
}

function notify(listeners: Iterable<Listener> | undefined): void {
  if (!listeners) return;
  for (const listener of [...listeners]) listener();
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
