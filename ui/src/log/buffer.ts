/**
 * The lines of a log: full chunks hold one string and offsets, the last 4 096 lines an array that
 * can still change. Lines are numbered from the first ever seen, so a number stays a line's own.
 */
import { plainText } from './ansi';
import { continues, findLevel } from './level';
import { REACH, Screen, type Sheet } from './screen';

export const STDOUT = 0;
export const STDERR = 1;
export const SYSTEM = 2;
export type Stream = 0 | 1 | 2;

const CHUNK_LINES = 4_096;
const CHUNK_CHARS = 1 << 20;
const MAX_CHARS = 96 << 20;
const MAX_LINES = 2_000_000;
/** A line shows at most so many columns; the rest is there to copy and download. */
export const MAX_COLUMNS = 10_000;

interface Chunk {
  first: number;
  count: number;
  text: string;
  /** Where each line starts; one more entry than lines, each start is past the line feed before. */
  starts: Uint32Array;
  times: Float64Array;
  /** stream | level << 2 | source << 5 */
  meta: Uint16Array;
}

export interface Line {
  index: number;
  /** As the program wrote it, with escapes. */
  raw: string;
  /** ms; 0 if not known. */
  ts: number;
  stream: Stream;
  level: number;
  source: number;
}

export interface BufferLimits {
  chars?: number;
  lines?: number;
}

export class LogBuffer implements Sheet {
  private chunks: Chunk[] = [];
  private texts: string[] = [];
  private times: number[] = [];
  private meta: number[] = [];
  private openChars = 0;
  private sealedChars = 0;
  private openFirst = 0;
  private readonly screen = new Screen(this);
  private now = { ts: 0, stream: STDOUT as Stream, source: 0 };
  private readonly maxChars: number;
  private readonly maxLines: number;

  /** Number of the oldest line still held; lines before it were dropped. */
  first = 0;
  /** Widest line in columns, at most MAX_COLUMNS. */
  columns = 0;
  /** Lowest line number changed in place since `takeReplaced`. */
  private replaced = Number.POSITIVE_INFINITY;

  constructor(limits: BufferLimits = {}) {
    this.maxChars = limits.chars ?? MAX_CHARS;
    this.maxLines = limits.lines ?? MAX_LINES;
  }

  /** Number after the newest line. */
  get end(): number {
    return this.openFirst + this.texts.length;
  }

  get count(): number {
    return this.end - this.first;
  }

  get chars(): number {
    return this.sealedChars + this.openChars;
  }

  append(text: string, ts: number, stream: Stream, source = 0): void {
    this.now = { ts, stream, source };
    if (!text.includes('\n')) {
      this.screen.write(text);
    } else {
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      for (const line of lines) this.screen.write(line);
    }
    if (this.texts.length >= CHUNK_LINES + REACH || this.openChars > CHUNK_CHARS) this.seal();
  }

  clear(): void {
    this.first = this.end;
    this.chunks = [];
    this.openFirst = this.first;
    this.texts = [];
    this.times = [];
    this.meta = [];
    this.openChars = 0;
    this.sealedChars = 0;
    this.columns = 0;
  }

  /** The lowest number of a line replaced since the last call, or null. */
  takeReplaced(): number | null {
    const lowest = this.replaced;
    this.replaced = Number.POSITIVE_INFINITY;
    return lowest === Number.POSITIVE_INFINITY ? null : lowest;
  }

  // --- Sheet: what the screen may touch ---------------------------------------------

  peek(back: number): string {
    return this.texts[this.texts.length - back] ?? '';
  }

  push(text: string): void {
    const { ts, stream, source } = this.now;
    this.texts.push(text);
    this.times.push(ts);
    this.meta.push(stream | (this.levelOf(text, this.texts.length - 1) << 2) | (source << 5));
    this.openChars += text.length + 1;
    this.widen(text);
  }

  replace(back: number, text: string): void {
    const at = this.texts.length - back;
    if (at < 0) return;
    const { ts, stream, source } = this.now;
    this.openChars += text.length - (this.texts[at] ?? '').length;
    this.texts[at] = text;
    this.times[at] = ts;
    this.meta[at] = stream | (this.levelOf(text, at) << 2) | (source << 5);
    this.replaced = Math.min(this.replaced, this.openFirst + at);
    this.widen(text);
  }

  private widen(text: string): void {
    if (text.length <= this.columns) return;
    const width = plainText(
      text.length > 4 * MAX_COLUMNS ? text.slice(0, MAX_COLUMNS) : text,
    ).length;
    this.columns = Math.max(this.columns, Math.min(width, MAX_COLUMNS));
  }

  private levelOf(text: string, at: number): number {
    const plain = plainText(text.length > 4_000 ? text.slice(0, 4_000) : text);
    const { code } = findLevel(plain);
    if (code !== 0) return code;
    const before = this.meta[at - 1];
    if (before === undefined || !continues(plain)) return 0;
    const { stream, source } = this.now;
    const related = (before & 3) === stream && before >> 5 === source;
    return related ? (before >> 2) & 7 : 0;
  }

  // --- chunks ---------------------------------------------------------------------

  private seal(): void {
    // A few enormous lines must not stay open for the sake of a cursor that may go up.
    const count = this.texts.length - (this.openChars > 8 * CHUNK_CHARS ? 8 : REACH);
    if (count <= 0) return;
    const texts = this.texts.splice(0, count);
    const starts = new Uint32Array(count + 1);
    let at = 0;
    for (let i = 0; i < count; i += 1) {
      starts[i] = at;
      at += (texts[i]?.length ?? 0) + 1;
    }
    starts[count] = at;
    this.chunks.push({
      first: this.openFirst,
      count,
      text: texts.join('\n'),
      starts,
      times: Float64Array.from(this.times.splice(0, count)),
      meta: Uint16Array.from(this.meta.splice(0, count)),
    });
    this.openFirst += count;
    this.openChars -= at;
    this.sealedChars += at;
    this.dropOldest();
  }

  private dropOldest(): void {
    while (this.chunks.length > 0 && (this.chars > this.maxChars || this.count > this.maxLines)) {
      const chunk = this.chunks.shift();
      if (!chunk) return;
      this.sealedChars -= chunk.starts[chunk.count] ?? 0;
      this.first = chunk.first + chunk.count;
    }
  }

  private chunkOf(index: number): Chunk | undefined {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.chunks[middle]?.first ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return this.chunks[low];
  }

  /** The line with this number, or undefined if it was dropped or is not there yet. */
  line(index: number): Line | undefined {
    if (index < this.first || index >= this.end) return undefined;
    if (index >= this.openFirst) {
      const at = index - this.openFirst;
      return this.make(index, this.texts[at] ?? '', this.times[at] ?? 0, this.meta[at] ?? 0);
    }
    const chunk = this.chunkOf(index);
    if (!chunk) return undefined;
    const at = index - chunk.first;
    const raw = chunk.text.slice(chunk.starts[at] ?? 0, (chunk.starts[at + 1] ?? 1) - 1);
    return this.make(index, raw, chunk.times[at] ?? 0, chunk.meta[at] ?? 0);
  }

  private make(index: number, raw: string, ts: number, meta: number): Line {
    return {
      index,
      raw,
      ts,
      stream: (meta & 3) as Stream,
      level: (meta >> 2) & 7,
      source: meta >> 5,
    };
  }

  /** stream | level << 2 | source << 5 of a line; for filters over millions of lines. */
  metaOf(index: number): number {
    if (index >= this.openFirst) return this.meta[index - this.openFirst] ?? 0;
    const chunk = this.chunkOf(index);
    return chunk?.meta[index - chunk.first] ?? 0;
  }

  /** Length in characters as written; with `plain` true for nearly every line also its columns. */
  lengthOf(index: number): number {
    if (index >= this.openFirst) return this.texts[index - this.openFirst]?.length ?? 0;
    const chunk = this.chunkOf(index);
    if (!chunk) return 0;
    const at = index - chunk.first;
    return (chunk.starts[at + 1] ?? 1) - 1 - (chunk.starts[at] ?? 0);
  }

  /** The held ranges whose text can be taken at once: [from, to) in order. */
  ranges(): Array<[number, number]> {
    const ranges = this.chunks.map((chunk): [number, number] => [
      chunk.first,
      chunk.first + chunk.count,
    ]);
    if (this.texts.length > 0) ranges.push([this.openFirst, this.end]);
    return ranges;
  }

  /** The lines [from, to) with line feeds between them. */
  text(from: number, to: number): string {
    const parts: string[] = [];
    for (const chunk of this.chunks) {
      const low = Math.max(from, chunk.first) - chunk.first;
      const high = Math.min(to, chunk.first + chunk.count) - chunk.first;
      if (low >= high) continue;
      parts.push(chunk.text.slice(chunk.starts[low] ?? 0, (chunk.starts[high] ?? 1) - 1));
    }
    const low = Math.max(from, this.openFirst) - this.openFirst;
    const high = Math.min(to, this.end) - this.openFirst;
    if (low < high) parts.push(this.texts.slice(low, high).join('\n'));
    return parts.join('\n');
  }

  /** The first line at or after a time, for links; the newest one if all are older. */
  at(ts: number): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.line(middle)?.ts ?? 0) < ts) low = middle + 1;
      else high = middle;
    }
    return Math.max(this.first, Math.min(low, this.end - 1));
  }
}
