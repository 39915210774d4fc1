import { describe, expect, it } from 'vitest';
import type { OutputLine } from '../api/types';
import type { PatchFrame, Row, ServerFrame } from './protocol';
import { LiveStore, type Scheduler } from './store';

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Time and frames by hand. */
class Clock implements Scheduler {
  time = 1000;
  private frames: Array<() => void> = [];
  private timers: Array<{ at: number; run: () => void }> = [];
  now = () => this.time;
  frame(run: () => void): void {
    this.frames.push(run);
  }
  later(run: () => void, ms: number): ReturnType<typeof setTimeout> {
    this.timers.push({ at: this.time + ms, run });
    return 0 as unknown as ReturnType<typeof setTimeout>;
  }
  tick(ms: number): void {
    this.time += ms;
    const due = this.timers.filter(({ at }) => at <= this.time);
    this.timers = this.timers.filter(({ at }) => at > this.time);
    for (const { run } of due) run();
    const frames = this.frames;
    this.frames = [];
    for (const run of frames) run();
  }
}

/** A server of one topic: applies changes to its model and sends patches that may get lost. */
class Model {
  rows = new Map<string, Record<string, unknown>>();
  seq = 0;

  change(random: () => number): PatchFrame {
    const before = new Map(this.rows);
    for (let n = Math.floor(random() * 4); n >= 0; n -= 1) {
      const id = `r${Math.floor(random() * 12)}`;
      if (random() < 0.25) this.rows.delete(id);
      else if (this.rows.has(id) || !before.has(id)) {
        const fields = { [`f${Math.floor(random() * 3)}`]: Math.floor(random() * 100) };
        this.rows.set(id, { id, ...this.rows.get(id), ...fields });
      }
    }
    const set: Array<[string, unknown]> = [];
    for (const [id, row] of this.rows) {
      const old: Record<string, unknown> = before.get(id) ?? {};
      const changed = Object.entries(row).filter(([field, value]) => old[field] !== value);
      if (changed.length > 0) set.push([id, Object.fromEntries(changed)]);
    }
    const del = [...before.keys()].filter((id) => !this.rows.has(id));
    this.seq += 1;
    return { op: 'p', topic: 't', seq: this.seq, set, del };
  }

  snap(): ServerFrame {
    return {
      op: 'snap',
      topic: 't',
      seq: this.seq,
      rows: [...this.rows.values()] as unknown as Row[],
    };
  }
}

function byId(rows: readonly Row[]): unknown[] {
  return [...rows].sort((a, b) => a.id.localeCompare(b.id));
}

describe('the live store', () => {
  it('equals the server after any sequence of patches, losses and reconnects', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomOf(seed);
      const clock = new Clock();
      const store = new LiveStore(clock);
      const model = new Model();
      let asked = 0;
      let epoch = 'a';
      store.onWant = () => {
        asked += 1;
      };
      store.apply({ op: 'hello', epoch, build: '', now: 0, user: '' });
      store.want('t');
      for (let step = 0; step < 40; step += 1) {
        const frame = model.change(random);
        const luck = random();
        // A frame that comes twice changes nothing; a lost one is noticed by the next.
        if (luck < 0.8) store.apply(frame);
        if (luck < 0.2) store.apply(frame);
        if (luck > 0.95) store.apply({ op: 'gap', topic: 't' });
        if (luck > 0.9 && luck < 0.93) {
          epoch += 'x';
          store.connectionLost();
          store.apply({ op: 'hello', epoch, build: '', now: 0, user: '' });
          asked = 1;
        }
        if (asked > 0 && random() < 0.7) {
          store.apply(model.snap());
          asked = 0;
        }
        if (random() < 0.5) clock.tick(random() * 200);
      }
      store.apply(model.change(random));
      if (asked > 0) store.apply(model.snap());
      clock.tick(500);
      clock.tick(500);
      expect(byId(store.rows('t').rows), `seed ${seed}`).toEqual(
        byId([...model.rows.values()] as unknown as Row[]),
      );
    }
  });

  it('takes the info of a row field by field, and tells when a name is another', () => {
    const clock = new Clock();
    const store = new LiveStore(clock);
    store.want('t');
    const row = { id: 'a', name: 'web', info: { state: 'Ok', cpu: 1 } };
    store.apply({ op: 'snap', topic: 't', seq: 1, rows: [row] });
    const names = store.names('t');
    store.apply({ op: 'p', topic: 't', seq: 2, set: [['a', { info: { cpu: 2 } }]] });
    expect(store.row('t', 'a')).toEqual({ ...row, info: { state: 'Ok', cpu: 2 } });
    expect(store.names('t')).toBe(names);
    store.apply({ op: 'p', topic: 't', seq: 3, set: [['a', { name: 'api' }]] });
    expect(store.names('t')).not.toBe(names);
  });

  it('subscribes once for many and unsubscribes after the last', () => {
    const clock = new Clock();
    const store = new LiveStore(clock);
    const calls: string[] = [];
    store.onWant = (topic) => calls.push(`sub ${topic}`);
    store.onUnwant = (topic) => calls.push(`unsub ${topic}`);
    const one = store.want('t');
    const two = store.want('t');
    one();
    one();
    clock.tick(5000);
    expect(calls).toEqual(['sub t']);
    two();
    clock.tick(5000);
    expect(calls).toEqual(['sub t', 'unsub t']);
  });

  it('asks for the whole topic once when a patch is missing, and skips what comes before it', () => {
    const clock = new Clock();
    const store = new LiveStore(clock);
    const wants: unknown[] = [];
    store.onWant = (_, since) => wants.push(since);
    store.apply({ op: 'hello', epoch: 'a', build: '', now: 0, user: '' });
    store.want('t');
    store.apply({ op: 'snap', topic: 't', seq: 4, rows: [{ id: 'a' }] });
    store.apply({ op: 'p', topic: 't', seq: 6, set: [['b', { n: 1 }]] });
    store.apply({ op: 'p', topic: 't', seq: 7, set: [['c', { n: 1 }]] });
    expect(wants).toEqual([undefined, undefined]);
    store.apply({ op: 'snap', topic: 't', seq: 7, rows: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
    clock.tick(20);
    expect(store.rows('t').rows).toHaveLength(3);
    expect(store.wanted()).toEqual([['t', { epoch: 'a', seq: 7 }]]);
  });

  it('takes a coalesced patch that says what it follows', () => {
    const store = new LiveStore(new Clock());
    let asked = 0;
    store.onWant = () => {
      asked += 1;
    };
    store.want('t');
    store.apply({ op: 'snap', topic: 't', seq: 4, rows: [] });
    store.apply({ op: 'p', topic: 't', seq: 9, prev: 4, set: [['a', { n: 1 }]] });
    expect(asked).toBe(1);
    expect(store.row('t', 'a')).toEqual({ id: 'a', n: 1 });
  });

  it('tells listeners of a row only of that row, and keeps the objects of others', () => {
    const clock = new Clock();
    const store = new LiveStore(clock);
    let a = 0;
    let b = 0;
    store.watchRow('t', 'a', () => {
      a += 1;
    });
    store.watchRow('t', 'b', () => {
      b += 1;
    });
    store.apply({ op: 'snap', topic: 't', seq: 1, rows: [{ id: 'a' }, { id: 'b' }] });
    clock.tick(20);
    const before = store.row('t', 'b');
    store.apply({ op: 'p', topic: 't', seq: 2, set: [['a', { n: 2 }]] });
    store.apply({ op: 'p', topic: 't', seq: 3, set: [['a', { n: 3 }]] });
    clock.tick(20);
    expect([a, b]).toEqual([2, 1]);
    expect(store.row('t', 'b')).toBe(before);
  });

  it('appends to values, and lets the oldest of a ring go', () => {
    const clock = new Clock();
    const store = new LiveStore(clock);
    store.want('stats:x');
    const samples = Array.from({ length: 600 }, (_, n) => n);
    store.apply({ op: 'snap', topic: 'stats:x', seq: 1, value: { samples } });
    store.apply({ op: 'p', topic: 'stats:x', seq: 2, set: [['samples', { append: [600, 601] }]] });
    clock.tick(200);
    const { value } = store.value('stats:x');
    expect(value).toEqual({ samples: Array.from({ length: 600 }, (_, n) => n + 2) });
  });

  it('has each line once, however often they are sent', () => {
    const clock = new Clock();
    const store = new LiveStore(clock);
    const line = (seq: number): OutputLine => [seq, 0, 'out', 0, `line ${seq}`];
    store.want('update:x');
    store.apply({ op: 'snap', topic: 'update:x', seq: 1, value: { steps: [] } });
    store.apply({ op: 'lines', topic: 'update:x', lines: [line(1), line(2)] });
    store.apply({ op: 'snap', topic: 'update:x', seq: 1, value: { steps: [] } });
    store.apply({ op: 'lines', topic: 'update:x', lines: [line(1), line(2), line(3)] });
    clock.tick(20);
    expect(store.lines('update:x').lines.map(([seq]) => seq)).toEqual([1, 2, 3]);
    // Lines are replayed after a snapshot only: a new connection asks for all.
    expect(store.wanted()).toEqual([['update:x', undefined]]);
  });

  it('says why a topic cannot be had', () => {
    const clock = new Clock();
    const store = new LiveStore(clock);
    store.want('images:x');
    store.apply({ op: 'err', topic: 'images:x', status: 404, error: 'no such server' });
    clock.tick(20);
    expect(store.rows('images:x').error).toEqual({ status: 404, message: 'no such server' });
  });
});
