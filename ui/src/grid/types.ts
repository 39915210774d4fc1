/** What a list is told about its rows. */
import type { LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Action, Nouns } from '../lib/action';
import type { Tone } from '../ui/state';
import type { FilterField } from './filter';
import type { SortValue } from './order';

export interface Column<T> {
  id: string;
  label: string;
  /** A CSS grid track: `minmax(80px, 1fr)`. */
  width: string;
  cell: (row: T) => ReactNode;
  /** Sortable by this. */
  sort?: (row: T) => SortValue;
  align?: 'right';
  /** Shown only where the list is at least this wide, in px. */
  from?: number;
}

export interface Group<T> {
  id: string;
  label: string;
  of: (row: T) => string;
}

/** One resource type as a list: everything but the rows. */
export interface ListSpec<T extends { id: string }> {
  nouns: Nouns<T>;
  /** State as tone and word, before the name. */
  state: (row: T) => readonly [Tone, string];
  /** Where the name leads; null for things without a page. */
  link: (row: T) => { to: LinkProps['to']; params: Record<string, string> } | null;
  /** Tags and marks behind the name. */
  extra?: (row: T) => ReactNode;
  nameLabel?: string;
  nameWidth?: string;
  columns: ReadonlyArray<Column<T>>;
  fields: ReadonlyArray<FilterField<T>>;
  groups?: ReadonlyArray<Group<T>>;
  actions: ReadonlyArray<Action<T>>;
  /** Order when none is chosen: column id, `-` in front for descending, or `severity`. */
  defaultSort: string;
  /** For the order `severity`: higher comes first. */
  severity?: (row: T) => number;
  /** The second line on a phone. */
  phone: (row: T) => ReactNode;
  /** At the right end of the first line on a phone. */
  phoneAside?: (row: T) => ReactNode;
  /** Filter example in the empty field. */
  example: string;
}
