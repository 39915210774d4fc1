/**
 * The text form of key-value pairs in configs, as Core reads it: `KEY=value`, `KEY: value`, comments
 * behind ` #`, values in quotes. Entries keep the text they came from, so that editing one line of
 * a table leaves the others as they were written.
 */

export type PairKind = 'pair' | 'conversion';

export type Entry =
  | { kind: 'pair'; key: string; value: string; raw: string }
  | { kind: 'note'; raw: string }
  | { kind: 'bad'; raw: string; line: number };

const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'/y;
const END = /[^\S\n]*(?:(?<=\s)#[^\n]*)?(?=\n|$(?![\s\S]))/y;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };
const SEPARATORS: Record<PairKind, readonly RegExp[]> = {
  pair: [/[=:]/],
  conversion: [/:\s/, /:/, /=/],
};

function at(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

function unquoted(match: RegExpExecArray): string {
  if (match[1] === undefined) return match[2] ?? '';
  return match[1].replace(/\\([\s\S])/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
}

/** A line without its comment and the blanks around it. */
function plain(line: string): string {
  const stripped = line.trim();
  if (stripped.startsWith('#') || stripped.startsWith('//')) return '';
  return (stripped.split(/\s#/, 1)[0] ?? '').trimEnd();
}

function skip(text: string, start: number): number {
  let i = start;
  while (i < text.length && text[i] !== '\n' && /\s/.test(text[i] ?? '')) i += 1;
  return i;
}

function quoted(text: string, start: number): [string, number] | null {
  const match = at(QUOTED, text, start);
  if (!match) return null;
  const after = at(END, text, match.index + match[0].length);
  return after ? [unquoted(match), after.index + after[0].length] : null;
}

/** Key of a line and where its value begins, or null. */
function keyOf(line: string, kind: PairKind): [string, number] | null {
  const name = at(QUOTED, line, 0);
  if (name) {
    const rest = name.index + name[0].length;
    const between = /^\s*[=:]/.exec(line.slice(rest));
    if (between) return [unquoted(name), rest + between[0].length];
  }
  const cut = plain(line);
  for (const separator of SEPARATORS[kind]) {
    const found = separator.exec(cut);
    const key = found ? cut.slice(0, found.index).trim() : '';
    if (found && key) {
      // `cut` begins at the first letter of the line, which is where `line` begins here.
      return [key, found.index + found[0].length];
    }
  }
  return null;
}

function split(text: string, kind: PairKind): [string, string] | null {
  const found = keyOf(text, kind);
  return found && [found[0], text.slice(found[1]).trim()];
}

/** Every line of the text as an entry; the raw texts joined by line feeds are the text again. */
export function parseEntries(text: string, kind: PairKind): Entry[] {
  const entries: Entry[] = [];
  let start = 0;
  let line = 1;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    let end = newline < 0 ? text.length : newline;
    if (plain(text.slice(start, end)) === '') {
      entries.push({ kind: 'note', raw: text.slice(start, end) });
    } else {
      const read = readPair(text, start, end, kind);
      if (read) {
        end = read.end;
        entries.push({
          kind: 'pair',
          key: read.key,
          value: read.value,
          raw: text.slice(start, end),
        });
      } else {
        entries.push({ kind: 'bad', raw: text.slice(start, end), line });
      }
    }
    line += text.slice(start, end).split('\n').length;
    start = end + 1;
  }
  return entries;
}

function readPair(text: string, from: number, end: number, kind: PairKind) {
  let start = skip(text, from);
  if (text[start] === '-') start = skip(text, start + 1);
  const wrapped = quoted(text.slice(start, end), 0);
  if (wrapped) {
    const pair = split(wrapped[0], kind);
    return pair && { key: pair[0], value: pair[1], end };
  }
  const key = keyOf(text.slice(start, end), kind);
  if (!key) return null;
  const after = start + key[1];
  const value = quoted(text, skip(text, after));
  if (value) return { key: key[0], value: value[0], end: value[1] };
  const rest = text.slice(after, end);
  return { key: key[0], value: (rest.split(/\s#/, 1)[0] ?? '').trim(), end };
}

function inQuotes(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

/** The line that reads as this pair. */
export function formatPair(
  key: string,
  value: string,
  kind: PairKind,
  separator: '=' | ':',
): string {
  const between = separator === '=' ? ' = ' : ': ';
  const forms = [
    `  ${key}${between}${value}`.trimEnd(),
    `  ${key}${between}${inQuotes(value)}`,
    `  ${inQuotes(key)}${between}${inQuotes(value)}`,
  ];
  const reads = (form: string) => {
    const [entry, ...more] = parseEntries(form, kind);
    return (
      entry?.kind === 'pair' && more.length === 0 && entry.key === key && entry.value === value
    );
  };
  return forms.find(reads) ?? (forms[0] as string);
}

/** The text of the entries, with a line feed at its end. */
export function formatEntries(entries: readonly Entry[]): string {
  const text = entries.map(({ raw }) => raw).join('\n');
  return text === '' ? '' : `${text}\n`;
}

const SECRET = /pass(?:word|wd|phrase)?|secret|token|api_?key|private|credential|_key$|auth/i;

/** Whether a variable's name says that its value is not for everyone. */
export function looksSecret(key: string): boolean {
  return SECRET.test(key);
}

/** Whether a text of pairs holds values that are not to be kept outside Core. */
export function holdsSecrets(text: string): boolean {
  return parseEntries(text, 'pair').some(
    // A name in double brackets is filled in by Core.
    (entry) => entry.kind === 'pair' && looksSecret(entry.key) && !/^\[\[.*\]\]$/.test(entry.value),
  );
}

/** Names in double brackets: variables that Core fills in. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\[\[([^\]\s]+)\]\]/g)].map((match) => match[1] ?? ''))];
}
