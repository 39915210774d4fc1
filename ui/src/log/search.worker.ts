/** Searches a piece of a log off the page's thread. */
import { compile, type Query, searchLines } from './query';

export interface SearchJob {
  id: number;
  query: Query;
  text: string;
  first: number;
}
export interface SearchAnswer {
  id: number;
  hits: number[];
}

self.onmessage = (event: MessageEvent<SearchJob>) => {
  const { id, query, text, first } = event.data;
  const { pattern } = compile(query);
  const hits = pattern ? searchLines(text, first, pattern, query.invert) : [];
  const answer: SearchAnswer = { id, hits };
  self.postMessage(answer);
};
