/**
 * Runs a query over a buffer, newest lines first, one piece at a time: in a worker that is ended when
 * a pattern takes too long, or at once where the buffer is small.
 */
import type { LogBuffer } from './buffer';
import { compile, type Query, searchLines } from './query';
import type { SearchAnswer, SearchJob } from './search.worker';

/** Below this many lines a plain search is faster than asking a worker. */
const SMALL_LINES = 5_000;
const PIECE_LINES = 8_192;
const PIECE_TIMEOUT_MS = 3_000;

interface Piece {
  from: number;
  to: number;
}
interface Done extends Piece {
  hits: number[];
}

export interface Finder {
  /** Answers the numbers of matching lines, or throws if the pattern takes too long. */
  find(job: Omit<SearchJob, 'id'>): Promise<number[]>;
  close(): void;
}

class WorkerFinder implements Finder {
  private worker: Worker | null = null;
  private next = 0;

  find(job: Omit<SearchJob, 'id'>): Promise<number[]> {
    this.worker ??= new Worker(new URL('./search.worker.ts', import.meta.url), { type: 'module' });
    const worker = this.worker;
    this.next += 1;
    const id = this.next;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.close();
        reject(new Error('slow'));
      }, PIECE_TIMEOUT_MS);
      worker.onmessage = (event: MessageEvent<SearchAnswer>) => {
        if (event.data.id !== id) return;
        clearTimeout(timer);
        resolve(event.data.hits);
      };
      worker.postMessage({ id, ...job } satisfies SearchJob);
    });
  }

  close(): void {
    this.worker?.terminate();
    this.worker = null;
  }
}

export class Search {
  private query: Query | null = null;
  private pattern: RegExp | null = null;
  private pieces: Piece[] = [];
  private done: Done[] = [];
  private running = false;
  private generation = 0;
  private flat: number[] | null = null;
  private readonly finder: Finder | null;

  /** Why the pattern cannot be used, or empty. */
  error = '';
  /** Up to which line number the buffer was handed to the search. */
  private covered = 0;

  constructor(
    private readonly buffer: LogBuffer,
    private readonly changed: () => void,
    finder?: Finder | null,
  ) {
    this.finder = finder ?? (typeof Worker === 'undefined' ? null : new WorkerFinder());
  }

  /** The pattern to highlight with; null if nothing is searched. */
  get highlight(): RegExp | null {
    return this.query?.invert ? null : this.pattern;
  }

  get active(): boolean {
    return this.pattern !== null;
  }

  get busy(): boolean {
    return this.pieces.length > 0 || this.running;
  }

  /** Numbers of matching lines, ascending. */
  hits(): readonly number[] {
    if (!this.flat) {
      const flat: number[] = [];
      for (const piece of this.done) {
        for (const hit of piece.hits) if (hit >= this.buffer.first) flat.push(hit);
      }
      this.flat = flat;
    }
    return this.flat;
  }

  start(query: Query): void {
    this.generation += 1;
    const { pattern, error } = compile(query);
    this.query = query;
    this.pattern = pattern;
    this.error = error;
    this.done = [];
    this.pieces = [];
    this.flat = null;
    this.covered = this.buffer.end;
    if (pattern) {
      for (const [from, to] of this.buffer.ranges()) this.cut(from, to);
      void this.run();
    }
    this.changed();
  }

  /** To be called when lines were added, or replaced from a number on. */
  grew(replaced: number | null): void {
    if (!this.pattern) return;
    let from = this.covered;
    if (replaced !== null && replaced < from) {
      from = replaced;
      this.forget(from);
    }
    this.covered = this.buffer.end;
    if (from >= this.covered) return;
    const last = this.pieces.at(-1);
    // New lines are looked at first; many small batches that wait become one.
    if (last && last.to === from && from - last.from < PIECE_LINES && !this.running) {
      last.to = this.covered;
    } else {
      this.cut(from, this.covered);
    }
    void this.run();
  }

  close(): void {
    this.generation += 1;
    this.pieces = [];
    this.finder?.close();
  }

  private cut(from: number, to: number): void {
    for (let at = from; at < to; at += PIECE_LINES) {
      this.pieces.push({ from: at, to: Math.min(at + PIECE_LINES, to) });
    }
  }

  private forget(from: number): void {
    this.done = this.done
      .filter((piece) => piece.from < from)
      .map((piece) =>
        piece.to <= from
          ? piece
          : { from: piece.from, to: from, hits: piece.hits.filter((hit) => hit < from) },
      );
    this.pieces = this.pieces
      .filter((piece) => piece.from < from)
      .map((piece) => (piece.to <= from ? piece : { from: piece.from, to: from }));
    this.flat = null;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.pieces.length > 0) {
      const generation = this.generation;
      const piece = this.pieces.pop();
      const { query, pattern } = this;
      if (!piece || !query || !pattern) break;
      const job = { query, text: this.buffer.text(piece.from, piece.to), first: piece.from };
      const inline = !this.finder || (!query.regex && this.buffer.count < SMALL_LINES);
      let hits: number[];
      try {
        hits = inline
          ? searchLines(job.text, Math.max(piece.from, this.buffer.first), pattern, query.invert)
          : await (this.finder as Finder).find(job);
      } catch {
        if (generation === this.generation) {
          this.error = 'takes too long';
          this.pieces = [];
        }
        break;
      }
      if (generation !== this.generation) continue;
      const at = this.done.findIndex((done) => done.from > piece.from);
      this.done.splice(at < 0 ? this.done.length : at, 0, { ...piece, hits });
      this.flat = null;
      this.changed();
    }
    this.running = false;
    this.changed();
  }
}
