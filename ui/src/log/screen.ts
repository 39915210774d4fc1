/**
 * What a terminal would leave on its last rows: `\r`, erase-line and cursor moves of progress
 * displays become replaced lines instead of thousands of lines.
 */

/** How far up a cursor may go. */
export const REACH = 200;

export interface Sheet {
  readonly count: number;
  /** The text `back` rows above the end; 1 is the last row. */
  peek(back: number): string;
  push(text: string): void;
  replace(back: number, text: string): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes begin with one
const TOKENS = /(\u001b\[\d*[ABEFGJK]|\r)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const MOVES = /\u001b\[\d*[ABEFGJK]|\r/;

export class Screen {
  /** Rows between the cursor and the row after the last. */
  private back = 0;

  constructor(private readonly sheet: Sheet) {}

  /** Writes one line as the program wrote it, without its line feed. */
  write(line: string): void {
    const raw = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (this.back === 0 && !MOVES.test(raw)) {
      this.sheet.push(raw);
      return;
    }
    let current = this.text();
    let overwrite = true;
    let dirty = false;
    let moved = false;
    for (const token of raw.split(TOKENS)) {
      if (token === '') continue;
      if (token === '\r') {
        overwrite = true;
      } else if (MOVES.test(token)) {
        const action = token.at(-1);
        if (action === 'K' || action === 'J') {
          if (overwrite || token.includes('2')) current = '';
          dirty ||= current === '';
        } else if (action === 'G') {
          overwrite = true;
        } else {
          if (dirty) this.commit(current);
          this.move(action ?? '', Number.parseInt(token.slice(2), 10) || 1);
          current = this.text();
          overwrite = true;
          dirty = false;
          moved = true;
        }
      } else {
        current = overwrite ? token : current + token;
        overwrite = false;
        dirty = true;
      }
    }
    // A line of nothing but moves adds no row.
    if (dirty || (this.back === 0 && !moved)) this.commit(current);
    this.back = Math.max(0, this.back - 1);
  }

  private text(): string {
    return this.back === 0 ? '' : this.sheet.peek(this.back);
  }

  private commit(text: string): void {
    if (this.back === 0) {
      this.sheet.push(text);
      this.back = 1;
    } else {
      this.sheet.replace(this.back, text);
    }
  }

  private move(action: string, rows: number): void {
    const up = action === 'A' || action === 'F';
    const limit = Math.min(REACH, this.sheet.count);
    this.back = Math.min(limit, Math.max(0, this.back + (up ? rows : -rows)));
  }
}
