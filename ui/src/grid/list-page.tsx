/** The page of a list: its title and count, the list, and what is said while it is empty. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { count } from '../lib/format';
import type { RowsView } from '../live/store';
import { EmptyState, PageHeader, Stale, useStaleSince } from '../ui/page';
import { Grid } from './grid';
import { type ListState, type SetListState, useUrlListState } from './list-state';
import type { ListSpec } from './types';

interface ListPageProps<T extends { id: string }> {
  title: string;
  spec: ListSpec<T>;
  view: RowsView<T>;
  /** The button that makes a new one. */
  add: ReactNode;
  icon: ReactNode;
  emptyTitle: string;
  emptyText: string;
  /** Where the list's state is kept, for pages that look at it; else the URL. */
  state?: readonly [ListState, SetListState];
}

export function ListPage<T extends { id: string }>(props: ListPageProps<T>) {
  const { title, add, view } = props;
  const own = useUrlListState();
  const [state, setState] = props.state ?? own;
  return (
    <>
      <PageHeader title={title} count={view.ready ? count(view.rows.length) : undefined}>
        {add}
      </PageHeader>
      <Stale since={useStaleSince()}>
        <Grid
          spec={props.spec}
          rows={view.rows}
          ready={view.ready}
          error={view.error}
          state={state}
          onState={setState}
          empty={
            <EmptyState title={props.emptyTitle} icon={props.icon} action={add}>
              {props.emptyText}
            </EmptyState>
          }
        />
      </Stale>
    </>
  );
}

/** What the URL says of the dialog of a new one, and how it closes: without its part of the URL. */
export function useNewDialog<Key extends string = never>(
  ...chosen: readonly Key[]
): { open: boolean; given: Partial<Record<Key, string>>; close: () => void } {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const given = Object.fromEntries(
    chosen.flatMap((key) => (search[key] ? [[key, String(search[key])]] : [])),
  ) as Partial<Record<Key, string>>;
  const gone: readonly string[] = ['new', ...chosen];
  return {
    open: search.new === true,
    given,
    close: () =>
      void navigate({
        to: '.',
        replace: true,
        search: ((old: Record<string, unknown>) =>
          Object.fromEntries(Object.entries(old).filter(([key]) => !gone.includes(key)))) as never,
      }),
  };
}
