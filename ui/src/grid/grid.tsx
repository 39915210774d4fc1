/**
 * The list of every resource type: virtual rows in the page's own scroll, one tab stop (the ARIA
 * grid pattern, with the active row named by the container so that it survives virtualisation).
 */
import { useNavigate } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { m } from '../i18n/grid';
import { menuItems, runAction } from '../lib/action';
import { cx } from '../lib/cx';
import { useRowHeight, useWidth } from '../lib/measure';
import type { TopicError } from '../live/store';
import { Button } from '../ui/button';
import { showMenu } from '../ui/menu';
import { EmptyState, ErrorState, Skeleton } from '../ui/page';
import { BulkBar } from './bulk-bar';
import { compileFilter, formatFilter, parseFilter } from './filter';
import type { ListState, SetListState } from './list-state';
import { sortRows, useCalmOrder } from './order';
import { GridRow } from './row';
import { Toolbar } from './toolbar';
import type { Column, ListSpec } from './types';
import { useWindowRows } from './window-rows';

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

type Item<T> = { group: string; count: number } | { row: T; index: number };

const PHONE_ROW = 56;
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
    if (!ready) return <Skeleton rows={8} />;
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
        onFilter={(q) => onState({ q })}
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

function sortBySpec<T extends { id: string }>(
  rows: readonly T[],
  spec: ListSpec<T>,
  sortId: string,
): readonly T[] {
  const byName = sortRows(rows, spec.nouns.name, false);
  if (sortId === 'severity' && spec.severity) return sortRows(byName, spec.severity, true);
  const down = sortId.startsWith('-');
  const id = down ? sortId.slice(1) : sortId;
  if (id === 'name') return down ? sortRows(rows, spec.nouns.name, true) : byName;
  if (id === 'state') return sortRows(byName, (row) => spec.state(row)[1], down);
  const value = spec.columns.find((column) => column.id === id)?.sort;
  return value ? sortRows(byName, value, down) : byName;
}

function grouped<T>(rows: readonly T[], of: ((row: T) => string) | undefined): Array<Item<T>> {
  if (!of) return rows.map((row, index) => ({ row, index }));
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = of(row) || m.none;
    const members = groups.get(key);
    if (members) members.push(row);
    else groups.set(key, [row]);
  }
  let index = 0;
  return sortRows([...groups], ([name]) => name, false).flatMap(([name, members]): Item<T>[] => [
    { group: name, count: members.length },
    ...members.map((row) => ({ row, index: index++ })),
  ]);
}

interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string, range: boolean) => void;
  all: () => void;
  clear: () => void;
}

function useSelection<T extends { id: string }>(shown: readonly T[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string | null>(null);
  // What is filtered away or gone is not selected: actions apply to what is in sight.
  const present = useMemo(() => {
    if (ids.size === 0) return ids;
    const here = new Set(shown.map(({ id }) => id));
    const kept = [...ids].filter((id) => here.has(id));
    return kept.length === ids.size ? ids : new Set(kept);
  }, [ids, shown]);
  const toggle = useCallback(
    (id: string, range: boolean) => {
      setIds((old) => {
        const next = new Set(old);
        const from = shown.findIndex((row) => row.id === anchor.current);
        const to = shown.findIndex((row) => row.id === id);
        if (range && from >= 0 && to >= 0) {
          for (const row of shown.slice(Math.min(from, to), Math.max(from, to) + 1))
            next.add(row.id);
        } else if (next.has(id)) next.delete(id);
        else next.add(id);
        return next;
      });
      anchor.current = id;
    },
    [shown],
  );
  return {
    ids: present,
    toggle,
    all: () => setIds(new Set(shown.map(({ id }) => id))),
    clear: () => setIds(new Set()),
  };
}

function NoMatch<T extends { id: string }>({ spec, rows, state, onState }: GridProps<T>) {
  const terms = parseFilter(state.q);
  const worst = terms
    .map((term) => {
      const text = formatFilter([term]);
      const left = rows.filter(compileFilter(text, spec.fields)).length;
      return [text, rows.length - left] as const;
    })
    .sort((a, b) => b[1] - a[1])[0];
  return (
    <EmptyState
      title={m.noMatch(spec.nouns.one, state.q)}
      action={<Button onClick={() => onState({ q: '' })}>{m.clear}</Button>}
    >
      {worst && terms.length > 1 && m.excludesMost(worst[0], worst[1])}
    </EmptyState>
  );
}

interface BodyProps<T extends { id: string }> {
  spec: ListSpec<T>;
  items: ReadonlyArray<Item<T>>;
  rows: readonly T[];
  columns: ReadonlyArray<Column<T>>;
  phone: boolean;
  selectable: boolean;
  selection: Selection;
  sortId: string;
  onSort: (sort: string) => void;
  onFilter: (q: string) => void;
}

function Body<T extends { id: string }>(props: BodyProps<T>) {
  const { spec, items, rows, columns, phone, selectable, selection } = props;
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const density = useRowHeight();
  const rowHeight = phone ? Math.max(PHONE_ROW, density) : density;
  const navigate = useNavigate();
  const active = Math.max(
    0,
    rows.findIndex(({ id }) => id === activeId),
  );
  const itemOf = useMemo(() => items.flatMap((item, at) => ('row' in item ? [at] : [])), [items]);

  const view = useWindowRows(scroller, items.length, rowHeight);

  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[next];
    if (!row) return;
    setActiveId(row.id);
    view.scrollTo(itemOf[next] ?? next);
  };
  const open = (row: T, newTab: boolean) => {
    const link = spec.link(row);
    if (!link) return;
    if (newTab) {
      const href = String(link.to).replace(/\$(\w+)/g, (_, key: string) =>
        encodeURIComponent(link.params[key] ?? ''),
      );
      window.open(href, '_blank', 'noopener');
    } else void navigate({ to: link.to as string, params: link.params as never });
  };
  const rowElement = (row: T) => document.getElementById(`${gridId}-${row.id}`);
  const menu = (row: T) => {
    const element = rowElement(row);
    const anchor = element?.querySelector('[data-row-menu]') ?? element;
    if (anchor) {
      showMenu(
        anchor,
        menuItems(spec.actions, row, spec.nouns, anchor),
        m.rowActions(spec.nouns.name(row)),
      );
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const row = rows[active];
    const page = Math.max(1, Math.floor((window.innerHeight - 200) / rowHeight));
    const mod = event.ctrlKey || event.metaKey;
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(active + 1),
      ArrowUp: () => go(active - 1),
      j: () => go(active + 1),
      k: () => go(active - 1),
      PageDown: () => go(active + page),
      PageUp: () => go(active - page),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      Enter: () => row && open(row, mod),
      '.': () => row && menu(row),
      ContextMenu: () => row && menu(row),
    };
    if (selectable) {
      keys.x = () => row && selection.toggle(row.id, event.shiftKey);
      keys[' '] = keys.x;
      keys.X = keys.x;
      keys.Escape = selection.clear;
      if (mod) keys.a = selection.all;
    }
    const action = spec.actions.find(
      ({ shortcut, applies }) =>
        shortcut === event.key && row !== undefined && applies(row) !== null,
    );
    const run =
      keys[event.key] ??
      (action && row && !mod
        ? () => void runAction(action, [row], spec.nouns, rowElement(row))
        : undefined);
    if (!run || (mod && !['a', 'Enter', 'Home', 'End'].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };

  const template = phone
    ? 'minmax(0,1fr) auto'
    : [
        selectable ? '20px' : '',
        spec.nameWidth ?? 'minmax(180px,2.2fr)',
        ...columns.map(({ width }) => width),
        spec.actions.length > 0 ? '28px' : '',
      ]
        .filter(Boolean)
        .join(' ');
  const current = rows[active];
  const at = itemOf[active] ?? 0;
  const inView = current !== undefined && at >= view.from && at < view.to;
  return (
    <div
      role="grid"
      tabIndex={0}
      data-grid
      aria-label={spec.nouns.many}
      aria-rowcount={items.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable={selectable}
      aria-activedescendant={inView ? `${gridId}-${current?.id}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target === event.currentTarget && activeId === null)
          setActiveId(rows[0]?.id ?? null);
      }}
      className="group/grid rounded-b-lg outline-none"
    >
      {phone ? null : <HeaderRow {...props} template={template} />}
      <div
        ref={scroller}
        role="rowgroup"
        className="relative"
        style={{ height: items.length * rowHeight }}
      >
        {items.slice(view.from, view.to).map((item, offset) => {
          const place = view.from + offset;
          const top = place * rowHeight;
          if (!('row' in item)) {
            return (
              <div
                key={`group ${item.group}`}
                role="row"
                aria-rowindex={place + 2}
                style={{ transform: `translateY(${top}px)`, height: rowHeight }}
                className="absolute inset-x-0 top-0 flex items-center gap-2 border-b border-line bg-bg px-3 font-bold"
              >
                <span role="gridcell" className="flex gap-2">
                  {item.group} <span className="font-normal text-muted">{item.count}</span>
                </span>
              </div>
            );
          }
          return (
            <GridRow
              key={item.row.id}
              id={`${gridId}-${item.row.id}`}
              row={item.row}
              spec={spec}
              columns={columns}
              phone={phone}
              template={template}
              top={top}
              height={rowHeight}
              index={place + 2}
              active={item.row.id === current?.id}
              selected={selection.ids.has(item.row.id)}
              selectable={selectable}
              anySelected={selection.ids.size > 0}
              onToggle={selection.toggle}
              onActivate={setActiveId}
            />
          );
        })}
      </div>
    </div>
  );
}

function HeaderRow<T extends { id: string }>({
  spec,
  columns,
  selectable,
  selection,
  rows,
  sortId,
  onSort,
  template,
}: BodyProps<T> & { template: string }) {
  const all = selection.ids.size > 0 && selection.ids.size === rows.length;
  const header = (id: string, label: string, sortable: boolean, right: boolean) => {
    const up = sortId === id;
    const down = sortId === `-${id}`;
    return (
      <div
        key={id}
        role="columnheader"
        aria-sort={up ? 'ascending' : down ? 'descending' : undefined}
        className={cx('flex min-w-0 items-center', right && 'justify-end')}
      >
        {sortable ? (
          <button
            type="button"
            tabIndex={-1}
            onClick={() => onSort(up ? `-${id}` : id)}
            className={cx(
              'flex h-full min-w-0 items-center gap-1 hover:text-fg',
              (up || down) && 'font-medium text-fg',
            )}
          >
            <span className="truncate">{label}</span>
            {up && <ArrowUp size={12} />}
            {down && <ArrowDown size={12} />}
          </button>
        ) : (
          <span className="truncate">{label}</span>
        )}
      </div>
    );
  };
  return (
    <div role="rowgroup" className="sticky top-(--top) z-10 border-b border-line bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template }}
        className="grid h-7 items-stretch gap-x-3 px-3 text-sm text-muted"
      >
        {selectable && (
          <div role="columnheader" className="flex items-center">
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={m.selectAll}
              checked={all}
              onChange={() => (all ? selection.clear() : selection.all())}
              className={cx(
                'size-3.5 group-hover/grid:opacity-100 focus-visible:opacity-100',
                selection.ids.size > 0 ? 'opacity-100' : 'opacity-0',
              )}
            />
          </div>
        )}
        {header('name', spec.nameLabel ?? 'Name', true, false)}
        {columns.map((column) =>
          header(column.id, column.label, Boolean(column.sort), column.align === 'right'),
        )}
        {spec.actions.length > 0 && (
          <div role="columnheader">
            <span className="sr-only">{m.actions}</span>
          </div>
        )}
      </div>
    </div>
  );
}
