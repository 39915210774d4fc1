/**
 * The normalised store behind the live socket: one entry per topic, patched in place and flushed to
 * React once per animation frame. It knows nothing of sockets: `onWant` and `onUnwant` tell who does.
 */
import type { PatchFrame, Row, ServerFrame, Since } from './protocol';
import {
  EMPTY_LINES,
  EMPTY_ROWS,
  EMPTY_VALUE,
  type LinesView,
  type Listener,
  LONG,
  type RowsView,
  Topic,
  type ValueView,
} from './topic';

export { type LinesView, RING, type RowsView, type TopicError, type ValueView } from './topic';

/** List listeners hear of changed rows at most this often, of a long list less; of new and gone rows at once. */
const LIST_INTERVAL_MS = 120;
const LONG_INTERVAL_MS = 250;
const KEEP_IDLE_MS = 30_000;

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
      this.onWant(name, topic.since());
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
    return [...this.subscribed].map((name) => [name, this.topic(name).since()]);
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
        return this.change(frame.topic, (topic) => topic.snap(frame, this.epoch));
      case 'p':
        return this.patch(frame);
      case 'lines':
        return this.change(frame.topic, (topic) => topic.addLines(frame.lines));
      case 'gap':
        return this.resubscribe(frame.topic);
      case 'perm':
        for (const name of this.subscribed) this.resubscribe(name);
        return;
      case 'err':
        return this.change(frame.topic, (topic) =>
          topic.fail({ status: frame.status, message: frame.error }),
        );
      case 'pong':
        return;
    }
  }

  private change(name: string, edit: (topic: Topic) => void): void {
    const topic = this.topics.get(name);
    if (!topic) return;
    edit(topic);
    this.touch(topic);
  }

  private patch(frame: PatchFrame): void {
    const topic = this.topics.get(frame.topic);
    const outcome = topic?.patch(frame);
    if (outcome === 'gap') this.resubscribe(frame.topic);
    if (topic && outcome === 'taken') this.touch(topic);
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
      topic.clear();
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

  /** Shows what is there: once per animation frame, and at once before the first one of a page. */
  flush(): void {
    this.scheduled = false;
    const now = this.scheduler.now();
    let postponed = Number.POSITIVE_INFINITY;
    for (const topic of [...this.dirty]) {
      for (const id of topic.dirtyIds) notify(topic.rowListeners.get(id));
      topic.dirtyIds.clear();
      if (topic.dirtyLines) {
        topic.showLines();
        notify(topic.lineListeners);
      }
      const interval = topic.rows.size > LONG ? LONG_INTERVAL_MS : LIST_INTERVAL_MS;
      const due = topic.lastList + interval;
      if (!topic.dirtyShape && topic.dirtyList && now < due) {
        postponed = Math.min(postponed, due - now);
        continue;
      }
      this.dirty.delete(topic);
      if (!topic.dirtyShape && !topic.dirtyList) continue;
      topic.showList(now);
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

  /** Another number whenever the names of the rows are others. */
  names(name: string): number {
    return this.topics.get(name)?.names ?? 0;
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
