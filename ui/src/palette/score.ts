/** How well a text matches what is typed: whole > start > start of a word > inside > letters in order. */

const WORD_START = /[\s\-_./:]/;

/** 0 = no match; higher is better. One word, lower case. */
export function scoreWord(text: string, word: string): number {
  if (word === '') return 1;
  const at = text.indexOf(word);
  if (at >= 0) {
    const tight = word.length / text.length;
    if (text.length === word.length) return 100;
    if (at === 0) return 80 + 15 * tight;
    if (WORD_START.test(text.charAt(at - 1))) return 60 + 15 * tight;
    return 40 + 15 * tight;
  }
  return subsequence(text, word);
}

/** Letters in order, the closer together the better: 1..30, or 0. */
function subsequence(text: string, word: string): number {
  if (word.length < 2 || word.length > text.length) return 0;
  let at = -1;
  let gaps = 0;
  for (const letter of word) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return 0;
    if (at >= 0) gaps += next - at - 1;
    at = next;
  }
  // Letters strewn over a long name are chance, not intent.
  return gaps > word.length * 2 ? 0 : Math.max(1, 30 - 4 * gaps);
}

/** Every word must match the name or, for less, one of the other texts. */
export function score(words: readonly string[], name: string, others: readonly string[]): number {
  let total = 0;
  for (const word of words) {
    let best = scoreWord(name, word);
    if (best < 60) {
      for (const other of others) {
        // Other texts have to contain the word; letters in order say too little there.
        if (other.includes(word)) best = Math.max(best, other.startsWith(word) ? 35 : 25);
      }
    }
    if (best === 0) return 0;
    total += best;
  }
  return words.length === 0 ? 1 : total / words.length;
}

export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The best `max` of many, best first; equal ones keep their order. */
export function best<T>(items: Iterable<T>, rate: (item: T) => number, max: number): T[] {
  const found: Array<{ item: T; rating: number; index: number }> = [];
  let index = 0;
  for (const item of items) {
    const rating = rate(item);
    if (rating > 0) found.push({ item, rating, index });
    index += 1;
  }
  found.sort((a, b) => b.rating - a.rating || a.index - b.index);
  return found.slice(0, max).map(({ item }) => item);
}
