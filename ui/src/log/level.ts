/** The severity a log line speaks of, from its first words or its JSON. */

export const LEVELS = ['none', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

const CODES: Record<string, number> = {
  trace: 1,
  verbose: 1,
  debug: 2,
  dbg: 2,
  debu: 2,
  info: 3,
  inf: 3,
  information: 3,
  notice: 3,
  log: 3,
  warn: 4,
  warning: 4,
  wrn: 4,
  error: 5,
  err: 5,
  erro: 5,
  eror: 5,
  severe: 5,
  exception: 5,
  fatal: 6,
  ftl: 6,
  critical: 6,
  crit: 6,
  panic: 6,
  emerg: 6,
  alert: 6,
};

const NAMES =
  'TRACE|VERBOSE|DEBUG|DBG|DEBU|INFO|INF|INFORMATION|NOTICE|LOG|WARN|WARNING|WRN|ERROR|ERR|ERRO|EROR|SEVERE|FATAL|FTL|CRITICAL|CRIT|PANIC|EMERG|ALERT';
const UPPER = new RegExp(`(?<![\\w/.-])(${NAMES})(?![\\w/.-])`);
const FIELD = /\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?([a-zA-Z]+|\d{2})/;
const BRACKET = new RegExp(`[[(<|]\\s*(${NAMES})\\s*[\\])>|]|^(${NAMES})\\s?:`, 'i');
const THROWN =
  /^(?:[\w$]+[.:])*\w*(?:Error|Exception|Panic)\b:|^Traceback |^panic:|^fatal error:|^fatal:|^(?:E|e)rror\b/;
const HEAD = 160;

function numbered(value: number): number {
  // pino and bunyan: 10 trace ... 60 fatal
  return value >= 10 && value <= 60 && value % 10 === 0 ? value / 10 : 0;
}

export interface Found {
  code: number;
  /** Where the word stands; start = end if it is not to be coloured. */
  start: number;
  end: number;
}

const NOTHING: Found = { code: 0, start: 0, end: 0 };

/** The level of a line of plain text and where its word stands. */
export function findLevel(text: string): Found {
  const head = text.length > HEAD ? text.slice(0, HEAD) : text;
  const json = head.charCodeAt(0) === 0x7b;
  const field = FIELD.exec(json && text.length < 4_000 ? text : head);
  if (field?.[1]) {
    const word = field[1];
    const code = /^\d/.test(word) ? numbered(Number(word)) : (CODES[word.toLowerCase()] ?? 0);
    if (code) return { code, start: 0, end: 0 };
  }
  if (json) return NOTHING;
  const found = BRACKET.exec(head) ?? UPPER.exec(head);
  if (found) {
    const word = found[1] ?? found[2] ?? '';
    const start = found.index + found[0].indexOf(word);
    return { code: CODES[word.toLowerCase()] ?? 0, start, end: start + word.length };
  }
  return THROWN.test(head) ? { code: 5, start: 0, end: 0 } : NOTHING;
}

/** True if the line goes on with what the line before began, as the lines of a stack trace do. */
export function continues(text: string): boolean {
  return /^(?:\s+\S|at |Caused by:|\.\.\. \d+ more|\w*(?:Error|Exception): )/.test(text);
}
