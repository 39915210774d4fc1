/** Where a failed step went wrong: the line to show, the exit code, and what would help. */
import { plainText } from '../log/ansi';
import { type LogBuffer, STDERR } from '../log/buffer';
import { m } from './text';

export interface Failure {
  /** Number of the line in its step's log; -1 if there is none. */
  index: number;
  line: string;
  exitCode: number | null;
  fix: string;
}

const WRONG =
  /\b(?:error|failed|failure|fatal|denied|cannot|can't|not found|no such|refused|timed? ?out)\b/i;
const EXIT = /\bexit(?:ed)?(?: with)?(?: code| status)?[ :(]+(\d{1,3})\b/i;
/** Errors come late; what is before is not looked at. */
const LOOK_BACK = 20_000;

const CAUSES: ReadonlyArray<readonly [RegExp, string]> = [
  [/no space left on device|disk quota exceeded/i, m.causes.disk],
  [
    /unauthorized|authentication required|denied: requested access|pull access denied|no basic auth/i,
    m.causes.auth,
  ],
  [/port is already allocated|address already in use/i, m.causes.port],
  [
    /manifest(?: for \S+)? (?:unknown|not found)|not found: manifest|no such image/i,
    m.causes.image,
  ],
  [/container name \S+ is already in use/i, m.causes.name],
  [/no such host|network is unreachable|i\/o timeout|tls handshake timeout/i, m.causes.network],
];

/** A suggestion for a known cause in a text, or empty. */
export function suggestFix(text: string): string {
  return CAUSES.find(([pattern]) => pattern.test(text))?.[1] ?? '';
}

/** The first line that says what failed: an error by level, then by words, then the last of stderr. */
export function findFailure(buffer: LogBuffer): Failure {
  const from = Math.max(buffer.first, buffer.end - LOOK_BACK);
  let byWords = -1;
  let lastErr = -1;
  let last = -1;
  let found = -1;
  let exitCode: number | null = null;
  for (let index = from; index < buffer.end; index += 1) {
    const line = buffer.line(index);
    if (!line) continue;
    const text = plainText(line.raw.slice(0, 2_000));
    if (text.trim() === '') continue;
    last = index;
    if (found < 0 && line.level >= 5) found = index;
    if (byWords < 0 && WRONG.test(text)) byWords = index;
    if (line.stream === STDERR) lastErr = index;
    const exit = EXIT.exec(text);
    if (exit) exitCode = Number(exit[1]);
  }
  const index = [found, byWords, lastErr, last].find((each) => each >= 0) ?? -1;
  const line = plainText(buffer.line(index)?.raw ?? '').trim();
  const around = index < 0 ? '' : plainText(buffer.text(index, Math.min(buffer.end, index + 20)));
  return { index, line, exitCode, fix: suggestFix(around) };
}
