/** What is searched for, as a pattern that tests one line at a time. Shared with the worker. */
import { plainText } from './ansi';

export interface Query {
  text: string;
  regex: boolean;
  caseSensitive: boolean;
  invert: boolean;
}

export const NO_QUERY: Query = { text: '', regex: false, caseSensitive: false, invert: false };

/** The pattern of a query, or the reason it is none. Null text means that nothing is searched. */
export function compile(query: Query): { pattern: RegExp | null; error: string } {
  if (query.text === '') return { pattern: null, error: '' };
  const source = query.regex ? query.text : query.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  try {
    return { pattern: new RegExp(source, query.caseSensitive ? 'gu' : 'giu'), error: '' };
  } catch {
    try {
      // Some patterns are valid only without the unicode flag, such as `\-`.
      return { pattern: new RegExp(source, query.caseSensitive ? 'g' : 'gi'), error: '' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { pattern: null, error: reason.replace(/^Invalid regular expression: /, '') };
    }
  }
}

/** Numbers of the matching lines of `text`, whose first line has the number `first`. */
export function searchLines(
  text: string,
  first: number,
  pattern: RegExp,
  invert: boolean,
): number[] {
  const hits: number[] = [];
  const once = new RegExp(pattern.source, pattern.flags.replace('g', ''));
  let index = first;
  for (const line of text.split('\n')) {
    if (once.test(plainText(line)) !== invert) hits.push(index);
    index += 1;
  }
  return hits;
}

/** Where the pattern matches in one line: [start, end) pairs, at most 200. */
export function findInLine(text: string, pattern: RegExp): Array<[number, number]> {
  const found: Array<[number, number]> = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match && found.length < 200; match = pattern.exec(text)) {
    if (match[0] === '') pattern.lastIndex += 1;
    else found.push([match.index, match.index + match[0].length]);
  }
  return found;
}
