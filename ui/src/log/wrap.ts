/** How many rows a line takes in a monospace column count, without asking the browser. */

/** Columns of a character: 0 for combining marks, 2 for East Asian wide ones and emoji. */
export function charColumns(code: number): 0 | 1 | 2 {
  if (code < 0x300) return 1;
  if (code <= 0x36f || (code >= 0x200b && code <= 0x200f) || (code >= 0xfe00 && code <= 0xfe0f)) {
    return 0;
  }
  if (code >= 0x20d0 && code <= 0x20f0) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

const WIDE = /[^\u0020-\u02ff]/;

/** Rows that plain text takes when lines break after exactly `columns` columns. */
export function rowsOf(text: string, columns: number): number {
  if (columns <= 0 || text.length === 0) return 1;
  if (!WIDE.test(text)) return Math.ceil(text.length / columns);
  let rows = 1;
  let used = 0;
  for (const char of text) {
    const width = charColumns(char.codePointAt(0) ?? 0);
    if (used + width > columns) {
      rows += 1;
      used = 0;
    }
    used += width;
  }
  return rows;
}

/** Where the row that begins at `start` is full: the index of the first character that does not fit. */
function fullAt(text: string, start: number, columns: number): number {
  let used = 0;
  let i = start;
  while (i < text.length) {
    const code = text.codePointAt(i) ?? 0;
    used += charColumns(code);
    if (used > columns) return i;
    i += code > 0xffff ? 2 : 1;
  }
  return i;
}

/** A row at least this full may end at a blank; else the word is cut. */
const WORD_SHARE = 0.5;

/** Where plain text breaks into rows of `columns` columns: after a blank where one is near the end. */
export function breaksOf(text: string, columns: number): number[] {
  const breaks: number[] = [];
  if (columns <= 0) return breaks;
  const wide = WIDE.test(text);
  let start = 0;
  for (;;) {
    const full = wide ? fullAt(text, start, columns) : Math.min(text.length, start + columns);
    if (full >= text.length) return breaks;
    // A blank that would begin the next row hangs at the end of this one.
    const blank = text.lastIndexOf(' ', full);
    start = blank > start + columns * WORD_SHARE ? blank + 1 : Math.max(full, start + 1);
    if (start >= text.length) return breaks;
    breaks.push(start);
  }
}

/**
 * Row counts of a list of lines and their running sums in blocks, so that a scroll position is
 * found without walking all lines.
 */
export class Heights {
  private static readonly BLOCK = 512;
  private rows: Uint16Array = new Uint16Array(1024);
  private blocks: number[] = [];
  count = 0;
  total = 0;

  push(rows: number): void {
    if (this.count === this.rows.length) {
      const grown = new Uint16Array(this.rows.length * 2);
      grown.set(this.rows);
      this.rows = grown;
    }
    const height = Math.min(rows, 65_535);
    this.rows[this.count] = height;
    const block = Math.floor(this.count / Heights.BLOCK);
    this.blocks[block] = (this.blocks[block] ?? 0) + height;
    this.count += 1;
    this.total += height;
  }

  /** Forgets all lines from position `count` on. */
  truncate(count: number): void {
    while (this.count > count) {
      this.count -= 1;
      const height = this.rows[this.count] ?? 0;
      const block = Math.floor(this.count / Heights.BLOCK);
      this.blocks[block] = (this.blocks[block] ?? 0) - height;
      this.total -= height;
    }
    this.blocks.length = Math.ceil(this.count / Heights.BLOCK);
  }

  clear(): void {
    this.count = 0;
    this.total = 0;
    this.blocks = [];
  }

  rowsAt(position: number): number {
    return this.rows[position] ?? 1;
  }

  /** Rows above a line. */
  top(position: number): number {
    const block = Math.floor(position / Heights.BLOCK);
    let sum = 0;
    for (let i = 0; i < block; i += 1) sum += this.blocks[i] ?? 0;
    for (let i = block * Heights.BLOCK; i < position; i += 1) sum += this.rows[i] ?? 0;
    return sum;
  }

  /** The line that covers a row, and that line's first row. */
  find(row: number): { position: number; top: number } {
    let top = 0;
    let block = 0;
    while (block < this.blocks.length - 1 && top + (this.blocks[block] ?? 0) <= row) {
      top += this.blocks[block] ?? 0;
      block += 1;
    }
    let position = block * Heights.BLOCK;
    while (position < this.count - 1 && top + (this.rows[position] ?? 1) <= row) {
      top += this.rows[position] ?? 1;
      position += 1;
    }
    return { position, top };
  }
}
