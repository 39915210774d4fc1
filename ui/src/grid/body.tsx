/**
 * The rows of a list: only those in view are in the DOM, in the page's own scroll. One tab stop (the
 * ARIA grid pattern, with the active row named by the container so that it survives virtualisation).
 */
import { useRouter } from '@tanstack/react-router';
import { useId, useMemo, useRef, useState } from 'react';
import { m } from '../i18n/grid';
import { menuItems } from '../lib/action';
import { useRowHeight } from '../lib/measure';
import { hrefOf, leaveTrail } from '../lib/trail';
import { showMenu } from '../ui/menu';
import type { Item } from './arrange';
import { HeaderRow } from './header-row';
import { GridRow } from './row';
import { onRowKey } from './row-keys';
import { useRowLinks } from './row-link';
import type { Selection } from './selection';
import type { Column, ListSpec } from './types';
import { useWindowRows } from './window-rows';

const PHONE_ROW = 56;

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
}

export function Body<T extends { id: string }>(props: BodyProps<T>) {
  const { spec, items, rows, columns, phone, selectable, selection } = props;
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const density = useRowHeight();
  const rowHeight = phone ? Math.max(PHONE_ROW, density) : density;
  const router = useRouter();
  const active = Math.max(
    0,
    rows.findIndex(({ id }) => id === activeId),
  );
  const itemOf = useMemo(() => items.flatMap((item, at) => ('row' in item ? [at] : [])), [items]);
  const view = useWindowRows(scroller, items.length, rowHeight);

  const leave = () =>
    leaveTrail(
      rows.flatMap((row) => {
        const link = spec.link(row);
        return link ? [hrefOf(link)] : [];
      }),
    );
  const links = useRowLinks(leave);
  const element = (row: T) => document.getElementById(`${gridId}-${row.id}`);
  const keys = {
    spec,
    rows,
    active,
    page: Math.max(1, Math.floor((window.innerHeight - 200) / rowHeight)),
    selection: selectable ? selection : null,
    element,
    go(index: number) {
      const next = Math.max(0, Math.min(rows.length - 1, index));
      const row = rows[next];
      if (!row) return;
      setActiveId(row.id);
      view.scrollTo(itemOf[next] ?? next);
    },
    open(row: T, newTab: boolean) {
      const link = spec.link(row);
      if (!link) return;
      if (newTab) return void window.open(hrefOf(link), '_blank', 'noopener');
      leave();
      void router.navigate({ href: hrefOf(link) });
    },
    menu(row: T) {
      const anchor = element(row)?.querySelector('[data-row-menu]') ?? element(row);
      if (!anchor) return;
      const title = m.rowActions(spec.nouns.name(row));
      showMenu(anchor, menuItems(spec.actions, row, spec.nouns, anchor), title);
    },
  };

  const template = templateOf(props);
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
      {...links}
      onKeyDown={(event) => onRowKey(keys, event)}
      onFocus={(event) => {
        if (event.target === event.currentTarget && activeId === null)
          setActiveId(rows[0]?.id ?? null);
      }}
      className="group/grid rounded-b-lg outline-none"
    >
      {phone ? null : <HeaderRow {...props} count={rows.length} template={template} />}
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
              <GroupRow
                key={`group ${item.group}`}
                {...item}
                {...{ place, top }}
                height={rowHeight}
              />
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

/** The CSS grid's columns. */
function templateOf<T extends { id: string }>({
  spec,
  columns,
  phone,
  selectable,
}: Pick<BodyProps<T>, 'spec' | 'columns' | 'phone' | 'selectable'>): string {
  if (phone) return 'minmax(0,1fr) auto';
  return [
    selectable ? '20px' : '',
    spec.nameWidth ?? 'minmax(180px,2.2fr)',
    ...columns.map(({ width }) => width),
    spec.actions.length > 0 ? '28px' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function GroupRow({
  group,
  count,
  place,
  top,
  height,
}: {
  group: string;
  count: number;
  place: number;
  top: number;
  height: number;
}) {
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      style={{ transform: `translateY(${top}px)`, height }}
      className="absolute inset-x-0 top-0 flex items-center gap-2 border-b border-line bg-bg px-3 font-bold"
    >
      <span role="gridcell" className="flex gap-2">
        {group} <span className="font-normal text-muted">{count}</span>
      </span>
    </div>
  );
}
