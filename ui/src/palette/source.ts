/** What a resource type gives the palette: its `pages/<type>/actions.tsx` exports it as `palette`. */
import type { Action, Nouns } from '../lib/action';
import type { StateWords } from '../lib/states';

export interface PaletteLink {
  to: string;
  params: Record<string, string>;
}

export interface PaletteSource<T extends { id: string }> {
  /** The live topic whose rows are found. */
  topic: string;
  /** "Server" */
  kind: string;
  nouns: Nouns<T>;
  state: (row: T) => StateWords;
  link: (row: T) => PaletteLink | null;
  /** The page of its log, for Alt Enter. */
  logs?: (row: T) => PaletteLink | null;
  /** More words to find it by: server, image, region. */
  words: (row: T) => readonly string[];
  actions: ReadonlyArray<Action<T>>;
}

/** A source whose row type does not matter to the palette. */
// biome-ignore lint/suspicious/noExplicitAny: rows pass only from a source back to the same source
export type AnySource = PaletteSource<any>;
