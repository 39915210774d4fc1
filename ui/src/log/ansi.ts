/**
 * Terminal text as plain text and styled spans: SGR is understood, every other escape is dropped.
 * Tabs become spaces, so that a column is a character of the answered text.
 */

/** -1 none, 0-15 the palette, 0x1000000 + rgb a colour of its own. */
export type Paint = number;
export const NO_PAINT: Paint = -1;
const RGB = 0x1000000;

export const BOLD = 1;
export const DIM = 2;
export const ITALIC = 4;
export const UNDERLINE = 8;
export const INVERSE = 16;
export const STRIKE = 32;

export interface Span {
  start: number;
  end: number;
  fg: Paint;
  bg: Paint;
  flags: number;
}
export interface Styled {
  text: string;
  /** Only what differs from plain text; in order, without overlaps. */
  spans: Span[];
}

const ESC = 0x1b;
const TAB = 0x09;
const TAB_WIDTH = 8;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code <= 0x9f);

/** Where the control string that starts before `at` ends: at BEL, or after ST. */
function stringEnd(input: string, at: number): number {
  for (let i = at; i < input.length; i += 1) {
    const code = input.charCodeAt(i);
    if (code === 0x07 || code === 0x9c) return i + 1;
    if (code === ESC) return input.charCodeAt(i + 1) === 0x5c ? i + 2 : i;
  }
  return input.length;
}

/** Where the control sequence ends whose parameters start at `at`. */
function sequenceEnd(input: string, at: number): number {
  let i = at;
  while (i < input.length && input.charCodeAt(i) >= 0x20 && input.charCodeAt(i) <= 0x3f) i += 1;
  const final = input.charCodeAt(i);
  return final >= 0x40 && final <= 0x7e ? i + 1 : i;
}

/** Where the escape that starts at `at` (an ESC) ends. */
function escapeEnd(input: string, at: number): number {
  const next = input.charCodeAt(at + 1);
  if (next === 0x5b) return sequenceEnd(input, at + 2);
  if (next === 0x5d || next === 0x50 || next === 0x58 || next === 0x5e || next === 0x5f) {
    return stringEnd(input, at + 2);
  }
  let i = at + 1;
  while (i < input.length && input.charCodeAt(i) >= 0x20 && input.charCodeAt(i) <= 0x2f) i += 1;
  const final = input.charCodeAt(i);
  return final >= 0x30 && final <= 0x7e ? i + 1 : i;
}

interface Pen {
  fg: Paint;
  bg: Paint;
  flags: number;
}

function cube(index: number): Paint {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return RGB + (grey << 16) + (grey << 8) + grey;
  }
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  const at = index - 16;
  const red = level(Math.floor(at / 36));
  const green = level(Math.floor(at / 6) % 6);
  return RGB + (red << 16) + (green << 8) + level(at % 6);
}

const byte = (value: number | undefined): number => Math.min(255, Math.max(0, value ?? 0)) || 0;

/** Reads the colour after 38 or 48; answers it and how many parameters it took. */
function extended(codes: number[], at: number): [Paint | null, number] {
  if (codes[at] === 5) return [cube(byte(codes[at + 1])), 2];
  if (codes[at] === 2) {
    const rgb = (byte(codes[at + 1]) << 16) + (byte(codes[at + 2]) << 8) + byte(codes[at + 3]);
    return [RGB + rgb, 4];
  }
  return [null, 0];
}

const FLAG_ON: Record<number, number> = {
  1: BOLD,
  2: DIM,
  3: ITALIC,
  4: UNDERLINE,
  7: INVERSE,
  9: STRIKE,
};
const FLAG_OFF: Record<number, number> = {
  21: BOLD,
  22: BOLD | DIM,
  23: ITALIC,
  24: UNDERLINE,
  27: INVERSE,
  29: STRIKE,
};

function applyCodes(pen: Pen, codes: number[]): void {
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 0) {
      pen.fg = NO_PAINT;
      pen.bg = NO_PAINT;
      pen.flags = 0;
    } else if (code >= 30 && code <= 37) pen.fg = code - 30;
    else if (code >= 90 && code <= 97) pen.fg = code - 82;
    else if (code >= 40 && code <= 47) pen.bg = code - 40;
    else if (code >= 100 && code <= 107) pen.bg = code - 92;
    else if (code === 39) pen.fg = NO_PAINT;
    else if (code === 49) pen.bg = NO_PAINT;
    else if (code === 38 || code === 48 || code === 58) {
      const [paint, taken] = extended(codes, i + 1);
      i += taken;
      if (paint !== null && code === 38) pen.fg = paint;
      if (paint !== null && code === 48) pen.bg = paint;
    } else if (FLAG_ON[code]) pen.flags |= FLAG_ON[code];
    else if (FLAG_OFF[code]) pen.flags &= ~FLAG_OFF[code];
  }
}

function applySgr(pen: Pen, params: string): void {
  const codes: number[] = [];
  for (const part of params.split(';')) {
    if (!part.includes(':')) {
      codes.push(Number.parseInt(part, 10) || 0);
      continue;
    }
    // `38:2::r:g:b` has an empty colour space that `38;2;r;g;b` has not.
    const sub = part
      .split(':')
      .map((value) => (value === '' ? -1 : Number.parseInt(value, 10) || 0));
    if (sub[1] === 2 && sub.length > 5) sub.splice(2, 1);
    if (sub[0] === 4) codes.push(sub[1] === 0 ? 24 : 4);
    else codes.push(...sub.map((value) => Math.max(0, value)));
  }
  applyCodes(pen, codes);
}

/** True if the text needs no parsing. */
export function isPlain(input: string): boolean {
  return !CONTROL.test(input);
}

/** Splits terminal text into what is read and how it is drawn. */
export function parseAnsi(input: string): Styled {
  if (isPlain(input)) return { text: input, spans: [] };
  const pen: Pen = { fg: NO_PAINT, bg: NO_PAINT, flags: 0 };
  const spans: Span[] = [];
  let text = '';
  const write = (piece: string) => {
    if (piece === '') return;
    const start = text.length;
    text += piece;
    if (pen.fg === NO_PAINT && pen.bg === NO_PAINT && pen.flags === 0) return;
    const last = spans.at(-1);
    const same =
      last?.end === start && last.fg === pen.fg && last.bg === pen.bg && last.flags === pen.flags;
    if (last && same) last.end = text.length;
    else spans.push({ start, end: text.length, ...pen });
  };
  let from = 0;
  let i = 0;
  while (i < input.length) {
    const code = input.charCodeAt(i);
    if (!isControl(code)) {
      i += 1;
      continue;
    }
    write(input.slice(from, i));
    if (code === TAB) {
      write(' '.repeat(TAB_WIDTH - (text.length % TAB_WIDTH)));
      i += 1;
    } else if (code === ESC) {
      const end = escapeEnd(input, i);
      if (input[i + 1] === '[' && input[end - 1] === 'm')
        applySgr(pen, input.slice(i + 2, end - 1));
      i = end;
    } else if (code === 0x9b) {
      const end = sequenceEnd(input, i + 1);
      if (input[end - 1] === 'm') applySgr(pen, input.slice(i + 1, end - 1));
      i = end;
    } else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)) {
      i = stringEnd(input, i + 1);
    } else {
      i += 1;
    }
    from = i;
  }
  write(input.slice(from));
  return { text, spans };
}

/** The text a person reads, as `parseAnsi` answers it. */
export function plainText(input: string): string {
  return isPlain(input) ? input : parseAnsi(input).text;
}
