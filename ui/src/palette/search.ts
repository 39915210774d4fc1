/** What the palette finds for a text. Pure; the palette shows and runs it. */
import type { Action } from '../lib/action';
import { best, score, scoreWord, wordsOf } from './score';
import type { AnySource } from './source';

export interface Command {
  id: string;
  label: string;
  words: readonly string[];
  hint: string;
  run: () => void;
}

export interface Indexed {
  row: { id: string; tags?: readonly string[] };
  source: AnySource;
  name: string;
  lower: string;
  others: readonly string[];
}

export type Hit =
  | { type: 'command'; command: Command }
  | { type: 'row'; at: Indexed }
  // biome-ignore lint/suspicious/noExplicitAny: an action of the row's own source
  | { type: 'verb'; at: Indexed; action: Action<any> };

const MAX = 50;

const indexed = new WeakMap<object, Indexed>();

/** Rows as the search wants them. A row that is the same object is not looked at again. */
export function index(
  sources: ReadonlyArray<readonly [AnySource, ReadonlyArray<{ id: string }>]>,
): Indexed[] {
  return sources.flatMap(([source, rows]) => rows.map((row) => indexRow(source, row)));
}

function indexRow(source: AnySource, row: { id: string }): Indexed {
  const known = indexed.get(row);
  if (known?.source === source) return known;
  const name = source.nouns.name(row);
  const made: Indexed = {
    row,
    source,
    name,
    lower: name.toLowerCase(),
    others: [source.kind.toLowerCase(), ...source.words(row).map((word) => word.toLowerCase())],
  };
  indexed.set(row, made);
  return made;
}

/** Hits for the text: rows and commands, and verbs where the first word is one. `>` wants verbs only. */
export function search(
  text: string,
  rows: readonly Indexed[],
  commands: readonly Command[],
  tagName: (id: string) => string,
): Hit[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('#')) return byTag(trimmed.slice(1).toLowerCase(), rows, tagName);
  const onlyVerbs = trimmed.startsWith('>');
  const words = wordsOf(onlyVerbs ? trimmed.slice(1) : trimmed);
  const verbs = verbHits(words, rows);
  const fromCommands = best(
    commands,
    ({ label, words: more }) => score(words, label.toLowerCase(), more),
    onlyVerbs ? MAX : 8,
  ).map((command): Hit => ({ type: 'command', command }));
  if (onlyVerbs) return [...verbs, ...fromCommands].slice(0, MAX);
  const found = best(rows, ({ lower, others }) => score(words, lower, others), MAX);
  const rowHits = found.map((at): Hit => ({ type: 'row', at }));
  const strong = (hit: Hit) =>
    hit.type === 'command' &&
    words.length > 0 &&
    score(words, hit.command.label.toLowerCase(), []) >= 80;
  return [
    ...verbs,
    ...fromCommands.filter(strong),
    ...rowHits,
    ...fromCommands.filter((hit) => !strong(hit)),
  ].slice(0, MAX);
}

/** What is left of the words after those that begin the action's label; null if the first does not. */
function afterVerb(words: readonly string[], label: string): readonly string[] | null {
  const parts = label.toLowerCase().replace(/[….]/g, '').split(' ');
  let used = 0;
  for (const part of parts) {
    const word = words[used];
    if (word && part.startsWith(word)) used += 1;
    else if (used === 0) return null;
  }
  return words.slice(used);
}

function verbHits(words: readonly string[], rows: readonly Indexed[]): Hit[] {
  const [verb = ''] = words;
  if (verb.length < 2 || words.length < 2) return [];
  const hits: Array<{ hit: Hit; rating: number }> = [];
  for (const source of new Set(rows.map((row) => row.source))) {
    for (const action of source.actions) {
      const rest = afterVerb(words, action.label);
      if (!rest || rest.length === 0) continue;
      const fits = (at: Indexed) => (at.source === source ? score(rest, at.lower, at.others) : 0);
      // Scored first, asked then: most rows do not match at all.
      const able = best(rows, fits, 20).filter(({ row }) => action.applies(row) === true);
      for (const at of able.slice(0, 5)) {
        // The more words the label took, the surer it is meant.
        const taken = words.length - rest.length;
        const rating = score(rest, at.lower, at.others) + 40 * taken - action.label.length / 10;
        hits.push({ hit: { type: 'verb', at, action }, rating });
      }
    }
  }
  hits.sort((a, b) => b.rating - a.rating);
  return hits.slice(0, 8).map(({ hit }) => hit);
}

function byTag(tag: string, rows: readonly Indexed[], tagName: (id: string) => string): Hit[] {
  return best(
    rows,
    ({ row }) =>
      Math.max(0, ...(row.tags ?? []).map((id) => scoreWord(tagName(id).toLowerCase(), tag))),
    MAX,
  ).map((at) => ({ type: 'row', at }));
}
