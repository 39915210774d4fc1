/**
 * The filter language of lists: free words, `key:value` (commas mean or, `-` in front means not),
 * and `key>number` / `key<number` with sizes (4g) and times (1d). Pure; see filter.test.ts.
 */

export type FieldKind = 'text' | 'number' | 'size' | 'age' | 'flag';

export interface FilterField<T> {
  key: string;
  kind: FieldKind;
  /**
   * text: what it is called (one or several); number: a number; size: bytes; age: ms since;
   * flag: the flags that are set, as in `has:update`.
   */
  value: (row: T) => string | readonly string[] | number | null | undefined;
  /** What to say of it in the completion list. */
  help: string;
  /** text: `key:value` matches only whole values, as for states. */
  exact?: boolean;
  /** Label of the facet button; without one it has none. */
  facet?: string;
  /** A value as a person reads it, for facets. */
  show?: (value: string) => string;
}

export type Operator = ':' | '>' | '<';

export interface Term {
  /** '' = free text */
  key: string;
  operator: Operator;
  values: readonly string[];
  not: boolean;
  /** Where it stands in the text. */
  from: number;
  to: number;
}

export interface FilterProblem {
  from: number;
  to: number;
  message: string;
}

const TOKEN = /(-?)(?:([a-z_]+)([:<>]))?((?:"[^"]*"?|[^\s"])*)/gi;

/** Splits a text into terms; never fails. */
export function parseFilter(text: string): Term[] {
  const terms: Term[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [whole, minus = '', key = '', operator = ':', raw = ''] = match;
    if (!whole) continue;
    const values = splitValues(raw);
    terms.push({
      key: key.toLowerCase(),
      operator: operator as Operator,
      values: key ? values : [unquote(raw)],
      not: minus === '-',
      from: match.index,
      to: match.index + whole.length,
    });
  }
  return terms;
}

function splitValues(raw: string): string[] {
  return (raw.match(/(?:"[^"]*"?|[^,"])+/g) ?? []).map(unquote).filter((value) => value !== '');
}

function unquote(text: string): string {
  return text.replaceAll('"', '');
}

function quote(value: string): string {
  return /[\s,]/.test(value) ? `"${value}"` : value;
}

/** The text that parses to these terms. */
export function formatFilter(terms: readonly Term[]): string {
  return terms
    .map(({ key, operator, values, not }) => {
      const value = values.map(quote).join(',');
      return `${not ? '-' : ''}${key ? `${key}${operator}` : ''}${value}`;
    })
    .filter((part) => part !== '' && part !== '-')
    .join(' ');
}

const SIZES: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const TIMES: Record<string, number> = {
  '': 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** "4g" -> bytes, "1d" -> ms, "80" or "80%" -> 80; null if it is none of these. */
export function quantity(text: string, kind: FieldKind): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z%]*)$/i.exec(text.trim());
  if (!match) return null;
  const unit = (match[2] ?? '').toLowerCase();
  const value = Number(match[1]);
  if (kind === 'size') {
    const factor = SIZES[unit.replace(/i?b$/, '')];
    return factor === undefined ? null : value * factor;
  }
  if (kind === 'age') {
    const factor = TIMES[unit];
    return factor === undefined ? null : value * factor;
  }
  return unit === '' || unit === '%' ? value : null;
}

/** What is wrong with the terms: unknown keys, numbers that are none. */
export function checkFilter<T>(
  terms: readonly Term[],
  fields: ReadonlyArray<FilterField<T>>,
): FilterProblem[] {
  const problems: FilterProblem[] = [];
  for (const term of terms) {
    if (!term.key) continue;
    const field = fields.find(({ key }) => key === term.key);
    const { from, to } = term;
    if (!field) {
      const known = fields.map(({ key }) => key).join(', ');
      problems.push({ from, to, message: `Unknown key "${term.key}". Known: ${known}.` });
    } else if (term.operator !== ':' && (field.kind === 'text' || field.kind === 'flag')) {
      problems.push({ from, to, message: `"${term.key}" takes ":", as in ${term.key}:value.` });
    } else if (field.kind !== 'text' && field.kind !== 'flag') {
      for (const value of term.values) {
        if (quantity(value, field.kind) === null) {
          problems.push({ from, to, message: `"${value}" is no ${field.kind}.` });
        }
      }
    }
  }
  return problems;
}

type Test<T> = (row: T) => boolean;

/** One predicate for the text. Terms with problems are left out, so that typing never empties a list. */
export function compileFilter<T>(
  text: string,
  fields: ReadonlyArray<FilterField<T>>,
): (row: T) => boolean {
  const tests: Array<Test<T>> = [];
  for (const term of parseFilter(text)) {
    const test = term.key ? keyTest(term, fields) : textTest(term, fields);
    if (test) tests.push(term.not ? (row) => !test(row) : test);
  }
  return (row) => tests.every((test) => test(row));
}

function textTest<T>(term: Term, fields: ReadonlyArray<FilterField<T>>): Test<T> | null {
  const word = term.values[0]?.toLowerCase();
  if (!word) return null;
  const texts = fields.filter(({ kind }) => kind === 'text');
  return (row) =>
    texts.some((field) =>
      strings(field.value(row)).some((each) => each.toLowerCase().includes(word)),
    );
}

function keyTest<T>(term: Term, fields: ReadonlyArray<FilterField<T>>): Test<T> | null {
  const field = fields.find(({ key }) => key === term.key);
  if (!field || term.values.length === 0) return null;
  if (field.kind === 'text' || field.kind === 'flag') {
    if (term.operator !== ':') return null;
    const wanted = term.values.map((value) => value.toLowerCase());
    const exact = field.exact || field.kind === 'flag';
    return (row) =>
      strings(field.value(row)).some((each) => {
        const value = each.toLowerCase();
        return wanted.some((want) => (exact ? value === want : value.includes(want)));
      });
  }
  const limits = term.values.map((value) => quantity(value, field.kind));
  if (limits.includes(null)) return null;
  return (row) => {
    const value = field.value(row);
    if (typeof value !== 'number') return false;
    return limits.some((limit) => {
      if (limit === null) return false;
      if (term.operator === '>') return value > limit;
      return term.operator === '<' ? value < limit : value === limit;
    });
  };
}

function strings(value: string | readonly string[] | number | null | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [value] : typeof value === 'number' ? [String(value)] : value;
}

/** The values of a facet that the text asks for. */
export function chosenValues(text: string, key: string): readonly string[] {
  return parseFilter(text)
    .filter((term) => term.key === key && term.operator === ':' && !term.not)
    .flatMap((term) => term.values);
}

/** The text with one value of a key switched on or off. */
export function toggleValue(text: string, key: string, value: string): string {
  const terms = parseFilter(text);
  const mine = (term: Term) => term.key === key && term.operator === ':' && !term.not;
  const had = terms.filter(mine).flatMap((term) => term.values);
  const values = had.includes(value) ? had.filter((each) => each !== value) : [...had, value];
  const rest = terms.filter((term) => !mine(term));
  if (values.length > 0) rest.push({ key, operator: ':', values, not: false, from: 0, to: 0 });
  return formatFilter(rest);
}

/** Rows by value of a facet, most first. */
export function facetCounts<T>(rows: readonly T[], field: FilterField<T>): Array<[string, number]> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const value of strings(field.value(row))) {
      if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

/** Keys or values to complete the word before the caret with: [text to insert, explanation]. */
export function completions<T>(
  text: string,
  caret: number,
  fields: ReadonlyArray<FilterField<T>>,
  rows: readonly T[],
): { from: number; to: number; items: Array<[string, string]> } {
  const term = parseFilter(text).find(({ from, to }) => from < caret && caret <= to);
  const from = term ? term.from + (term.not ? 1 : 0) : caret;
  const to = term?.to ?? caret;
  if (!term?.key) {
    const word = (term?.values[0] ?? '').toLowerCase();
    const items = fields
      .filter(({ key }) => word === '' || (key.startsWith(word) && key !== word))
      .map(({ key, kind, help }): [string, string] => [
        kind === 'text' || kind === 'flag' ? `${key}:` : `${key}>`,
        help,
      ]);
    return { from, to, items };
  }
  const field = fields.find(({ key }) => key === term.key);
  if (!field || (field.kind !== 'text' && field.kind !== 'flag')) return { from, to, items: [] };
  const last = (term.values.at(-1) ?? '').toLowerCase();
  const before = term.values.slice(0, -1);
  const items = facetCounts(rows, field)
    .filter(([value]) => value.toLowerCase().includes(last) && value.toLowerCase() !== last)
    .slice(0, 8)
    .map(([value, n]): [string, string] => [
      `${term.key}:${[...before, value].map(quote).join(',')}`,
      String(n),
    ]);
  return { from, to, items };
}
