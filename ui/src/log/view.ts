/**
 * A log as it is looked at: the buffer, what is searched and filtered, and how many rows each line
 * takes. It knows nothing of React; `version` changes at most once per frame.
 */
import { plainText } from './ansi';
import { type BufferLimits, type Line, LogBuffer, MAX_COLUMNS, type Stream } from './buffer';
import { jsonText, parseJsonLine } from './json';
import { NO_QUERY, type Query } from './query';
import { Search } from './search';
import { breaksOf, Heights, rowsOf } from './wrap';

export type Mode = 'find' | 'filter';

export interface Filter {
  mode: Mode;
  query: Query;
  /** Lines shown around each match in filter mode. */
  context: number;
  /** Hidden levels, as bits by level code. */
  hiddenLevels: number;
  /** 'err' shows only stderr. */
  stream: 'all' | 'out' | 'err';
}

export const SHOW_ALL: Filter = {
  mode: 'find',
  query: NO_QUERY,
  context: 0,
  hiddenLevels: 0,
  stream: 'all',
};

/** Lines of this many characters and more are measured only up to MAX_COLUMNS. */
const clipped = (raw: string): string =>
  raw.length > 4 * MAX_COLUMNS ? raw.slice(0, 4 * MAX_COLUMNS) : raw;

export class LogView {
  readonly buffer: LogBuffer;
  readonly search: Search;
  filter: Filter = SHOW_ALL;
  version = 0;
  /** Columns of the text area when lines wrap; 0 when they do not. */
  wrapColumns = 0;
  /** JSON lines are shown, and so measured, as fields. */
  json = false;
  /** Names of the sources that `source` numbers point to; empty for one source without a name. */
  sources: string[] = [];

  private readonly listeners = new Set<() => void>();
  private scheduled = false;
  /** Numbers of shown lines; null when all are. */
  private shown: number[] | null = null;
  private shownUpTo = 0;
  private readonly heights = new Heights();
  private heightsFirst = 0;
  private staleRows = true;
  private staleHits = false;

  constructor(limits: BufferLimits = {}) {
    this.buffer = new LogBuffer(limits);
    this.search = new Search(this.buffer, () => {
      this.staleHits = true;
      this.touch();
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readVersion = (): number => this.version;

  append(text: string, ts: number, stream: Stream, source = 0): void {
    this.buffer.append(text, ts, stream, source);
    this.touch();
  }

  clear(): void {
    this.buffer.clear();
    this.search.start(this.filter.query);
    this.staleRows = true;
    this.touch();
  }

  setFilter(change: Partial<Filter>): void {
    const before = this.filter;
    this.filter = { ...before, ...change };
    if (change.query && !sameQuery(change.query, before.query)) this.search.start(change.query);
    this.staleRows = true;
    this.touch();
  }

  setWrap(columns: number): void {
    if (columns === this.wrapColumns) return;
    this.wrapColumns = columns;
    this.staleRows = true;
    this.touch();
  }

  setJson(json: boolean): void {
    if (json === this.json) return;
    this.json = json;
    this.staleRows = true;
    this.touch();
  }

  close(): void {
    this.search.close();
  }

  private touch(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const run = () => {
      this.scheduled = false;
      this.flush();
    };
    if (typeof requestAnimationFrame === 'undefined' || document.hidden) setTimeout(run, 100);
    else requestAnimationFrame(run);
  }

  /** Brings rows and matches up to date with the buffer; called before each frame. */
  flush(): void {
    const replaced = this.buffer.takeReplaced();
    this.search.grew(replaced);
    if (this.staleHits && this.filtersByHits()) this.staleRows = true;
    this.staleHits = false;
    if (this.staleRows) this.rebuild();
    else this.extend(replaced);
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }

  // --- rows -------------------------------------------------------------------------

  private filtersByHits(): boolean {
    return this.filter.mode === 'filter' && this.search.active;
  }

  private filtersByMeta(): boolean {
    return this.filter.hiddenLevels !== 0 || this.filter.stream !== 'all';
  }

  private passes(index: number): boolean {
    const meta = this.buffer.metaOf(index);
    if ((this.filter.hiddenLevels >> ((meta >> 2) & 7)) & 1) return false;
    if (this.filter.stream === 'all') return true;
    return (meta & 3) === (this.filter.stream === 'err' ? 1 : 0);
  }

  private rebuild(): void {
    this.staleRows = false;
    this.shown = this.filtersByHits() || this.filtersByMeta() ? [] : null;
    this.shownUpTo = this.buffer.first;
    this.heights.clear();
    this.heightsFirst = this.buffer.first;
    if (this.filtersByHits()) this.collectHits();
    else this.collect();
    this.measure();
  }

  private extend(replaced: number | null): void {
    if (this.filtersByHits()) return;
    const { first } = this.buffer;
    if (this.shown) {
      let gone = 0;
      while (gone < this.shown.length && (this.shown[gone] ?? 0) < first) gone += 1;
      if (gone > 0) return this.rebuild();
    } else if (this.wrapColumns > 0 && first > this.heightsFirst) {
      return this.rebuild();
    }
    if (replaced !== null) this.rewind(replaced);
    this.collect();
    this.measure();
  }

  /** Takes back what was decided about lines from `index` on. */
  private rewind(index: number): void {
    if (this.shown) {
      while (this.shown.length > 0 && (this.shown.at(-1) ?? 0) >= index) this.shown.pop();
      this.shownUpTo = Math.min(this.shownUpTo, index);
      this.heights.truncate(this.shown.length);
    } else {
      this.heights.truncate(Math.max(0, index - this.heightsFirst));
    }
  }

  private collect(): void {
    if (!this.shown) return;
    const { end } = this.buffer;
    for (let i = this.shownUpTo; i < end; i += 1) if (this.passes(i)) this.shown.push(i);
    this.shownUpTo = end;
  }

  private collectHits(): void {
    const shown: number[] = [];
    const { context } = this.filter;
    const byMeta = this.filtersByMeta();
    let next = this.buffer.first;
    for (const hit of this.search.hits()) {
      if (byMeta && !this.passes(hit)) continue;
      const to = Math.min(hit + context, this.buffer.end - 1);
      for (let i = Math.max(next, hit - context); i <= to; i += 1) shown.push(i);
      next = Math.max(next, to + 1);
    }
    this.shown = shown;
  }

  private measure(): void {
    if (this.wrapColumns === 0) return;
    const count = this.count;
    for (let at = this.heights.count; at < count; at += 1) {
      const index = this.indexAt(at);
      const fields = this.json
        ? parseJsonLine(plainText(this.buffer.line(index)?.raw ?? ''))
        : null;
      if (fields) {
        this.heights.push(rowsOf(jsonText(fields), this.wrapColumns));
        continue;
      }
      const length = this.buffer.lengthOf(index);
      if (length <= this.wrapColumns) {
        // A tab is one character and up to eight columns.
        const tabs = length * 8 > this.wrapColumns && this.buffer.line(index)?.raw.includes('\t');
        if (!tabs) {
          this.heights.push(1);
          continue;
        }
      }
      const text = plainText(clipped(this.buffer.line(index)?.raw ?? '')).slice(0, MAX_COLUMNS);
      this.heights.push(breaksOf(text, this.wrapColumns).length + 1);
    }
  }

  /** How many lines are shown. */
  get count(): number {
    return this.shown ? this.shown.length : this.buffer.count;
  }

  /** The number of the line at a position among the shown ones. */
  indexAt(position: number): number {
    return this.shown ? (this.shown[position] ?? 0) : this.buffer.first + position;
  }

  lineAt(position: number): Line | undefined {
    return this.buffer.line(this.indexAt(position));
  }

  /** The position of a line, or of the next shown one. */
  positionOf(index: number): number {
    if (!this.shown) return Math.max(0, Math.min(index - this.buffer.first, this.count - 1));
    let low = 0;
    let high = this.shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.shown[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, Math.min(low, this.shown.length - 1));
  }

  get rows(): number {
    return this.wrapColumns > 0 ? this.heights.total : this.count;
  }

  rowsAt(position: number): number {
    return this.wrapColumns > 0 ? this.heights.rowsAt(position) : 1;
  }

  topOf(position: number): number {
    return this.wrapColumns > 0 ? this.heights.top(position) : position;
  }

  find(row: number): { position: number; top: number } {
    if (this.wrapColumns > 0) return this.heights.find(row);
    return { position: row, top: row };
  }
}

function sameQuery(a: Query, b: Query): boolean {
  return (
    a.text === b.text &&
    a.regex === b.regex &&
    a.caseSensitive === b.caseSensitive &&
    a.invert === b.invert
  );
}
