/** The list of every resource type: filter, order, groups and choice around its rows. */
import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import { m } from '../i18n/grid';
import { cx } from '../lib/cx';
import { useWidth } from '../lib/measure';
import type { TopicError } from '../live/store';
import { ErrorState, Skeleton } from '../ui/page';
import { grouped, sortBySpec } from './arrange';
import { Body } from './body';
import { BulkBar } from './bulk-bar';
import { compileFilter } from './filter';
import type { ListState, SetListState } from './list-state';
import { NoMatch } from './no-match';
import { useCalmOrder } from './order';
import { useSelection } from './selection';
import { Toolbar } from './toolbar';
import type { ListSpec } from './types';

export interface GridProps<T extends { id: string }> {
  spec: ListSpec<T>;
  rows: readonly T[];
  ready: boolean;
  error?: TopicError | Error | null;
  state: ListState;
  onState: SetListState;
  /** First use: nothing exists yet. */
  empty: ReactNode;
  /** At the right of the toolbar, such as New. */
  tools?: ReactNode;
  /** Before the filter field, such as a card's title. */
  lead?: ReactNode;
  /** No toolbar: for short lists inside cards. */
  bare?: boolean;
  /** Already narrowed by something outside, such as the dashboard's scope. */
  narrowed?: boolean;
  /** Lists for which checkboxes make no sense. */
  selectable?: boolean;
  onRetry?: () => void;
  className?: string;
}

const PHONE_WIDTH = 560;

export function Grid<T extends { id: string }>(props: GridProps<T>) {
  const { spec, rows, ready, error, state, onState, selectable = true } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const phone = width > 0 && width < PHONE_WIDTH;
  const hovering = useRef(false);
  const held = useCallback(() => hovering.current, []);

  const sortId = state.sort || spec.defaultSort;
  const found = useMemo(
    () => (state.q ? rows.filter(compileFilter(state.q, spec.fields)) : rows),
    [rows, state.q, spec],
  );
  const sort = useCallback(
    (unsorted: readonly T[]) => sortBySpec(unsorted, spec, sortId),
    [spec, sortId],
  );
  const group = spec.groups?.find(({ id }) => id === state.group);
  const calm = useCalmOrder(found, sort, `${state.q}|${sortId}|${state.group}`, held);
  const items = useMemo(() => grouped(calm.rows, group?.of), [calm.rows, group]);
  const shown = useMemo(() => items.flatMap((item) => ('row' in item ? [item.row] : [])), [items]);

  const selection = useSelection(shown);
  const columns = useMemo(
    () => (phone ? [] : spec.columns.filter(({ from = 0 }) => width >= from)),
    [spec, width, phone],
  );

  const nothing = ready && !error && rows.length === 0 && !props.narrowed;

  const content = () => {
    if (error) {
      const text = 'message' in error ? new Error(error.message) : error;
      return <ErrorState error={text} what={m.loadList(spec.nouns.many)} onRetry={props.onRetry} />;
    }
    // Which columns there are, the width says.
    if (!ready || width === 0) return <Skeleton rows={8} />;
    if (nothing) return props.empty;
    if (shown.length === 0) return <NoMatch {...props} />;
    return (
      <Body
        spec={spec}
        items={items}
        rows={shown}
        columns={columns}
        phone={phone}
        selectable={selectable}
        selection={selection}
        sortId={sortId}
        onSort={(sort) => onState({ sort })}
      />
    );
  };
  return (
    <section
      ref={box}
      aria-label={spec.nouns.many}
      className={cx('card', props.className)}
      onPointerEnter={() => {
        hovering.current = true;
      }}
      onPointerLeave={() => {
        hovering.current = false;
      }}
    >
      {!props.bare && !(nothing && !props.lead) && (
        <Toolbar
          spec={spec}
          rows={rows}
          shown={shown.length}
          state={state}
          onState={onState}
          lead={props.lead}
          tools={props.tools}
          phone={phone}
          wide={width >= 820}
          calm={calm}
        />
      )}
      {content()}
      {selection.ids.size > 0 && (
        <BulkBar
          spec={spec}
          rows={shown.filter(({ id }) => selection.ids.has(id))}
          onClear={selection.clear}
        />
      )}
    </section>
  );
}
