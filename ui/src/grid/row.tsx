/** One row. It renders again only when its object, its place or its selection changed. */
import { Ellipsis } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { m } from '../i18n/grid';
import { menuItems } from '../lib/action';
import { cx } from '../lib/cx';
import { showMenu } from '../ui/menu';
import { StateShape } from '../ui/state';
import { RowLink } from './row-link';
import type { Column, ListSpec } from './types';

export interface GridRowProps<T extends { id: string }> {
  id: string;
  row: T;
  spec: ListSpec<T>;
  columns: ReadonlyArray<Column<T>>;
  phone: boolean;
  template: string;
  top: number;
  height: number;
  index: number;
  active: boolean;
  selected: boolean;
  selectable: boolean;
  anySelected: boolean;
  onToggle: (id: string, range: boolean) => void;
  onActivate: (id: string) => void;
}

function Row<T extends { id: string }>(props: GridRowProps<T>) {
  const { row, spec, columns, phone, active, selected } = props;
  const [tone, word] = spec.state(row);
  const name = spec.nouns.name(row);
  const hasMenu = spec.actions.length > 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of its rows
    <div
      id={props.id}
      role="row"
      tabIndex={-1}
      aria-rowindex={props.index}
      aria-selected={props.selectable ? selected : undefined}
      data-row={row.id}
      onClick={() => props.onActivate(row.id)}
      onContextMenu={(event) => {
        if (!hasMenu || event.shiftKey) return;
        event.preventDefault();
        props.onActivate(row.id);
        const anchor = { x: event.clientX, y: event.clientY };
        showMenu(anchor, menuItems(spec.actions, row, spec.nouns, anchor), m.rowActions(name));
      }}
      style={{
        transform: `translateY(${props.top}px)`,
        height: props.height,
        gridTemplateColumns: props.template,
      }}
      className={cx(
        'group/row absolute inset-x-0 top-0 grid items-center gap-x-3 border-b border-line px-3 last:border-b-0',
        selected ? 'tint-accent' : 'hover:tint-hover',
        // The grid has the focus; the row it is on shows it.
        active && 'outline-accent -outline-offset-2 group-focus-visible/grid:outline-2',
      )}
    >
      {props.selectable && !phone && (
        <div role="gridcell" className="flex">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={m.selectRow(name)}
            checked={selected}
            onClick={(event) => {
              event.stopPropagation();
              props.onToggle(row.id, event.shiftKey);
            }}
            onChange={() => {}}
            className={cx(
              'size-3.5 group-hover/row:opacity-100 focus-visible:opacity-100',
              selected || props.anySelected || active ? 'opacity-100' : 'opacity-0',
              active &&
                !selected &&
                !props.anySelected &&
                'opacity-0 group-focus-visible/grid:opacity-100',
            )}
          />
        </div>
      )}
      <div role="rowheader" className="min-w-0">
        <div className="flex min-w-0 items-center gap-2">
          <StateShape tone={tone} label={word} />
          <RowName row={row} spec={spec} name={name} phone={phone} />
          {!phone && spec.extra?.(row)}
          {phone && (
            <span className="ml-auto pl-2 text-sm text-muted">{spec.phoneAside?.(row)}</span>
          )}
        </div>
        {phone && <div className="truncate pl-[18px] text-sm text-muted">{spec.phone(row)}</div>}
      </div>
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={cx('min-w-0 truncate', column.align === 'right' && 'text-right')}
        >
          {column.cell(row)}
        </div>
      ))}
      {hasMenu && (
        <div role="gridcell">
          <button
            type="button"
            tabIndex={-1}
            data-row-menu
            aria-haspopup="menu"
            aria-label={m.rowActions(name)}
            onClick={(event) => {
              event.stopPropagation();
              props.onActivate(row.id);
              const anchor = event.currentTarget;
              showMenu(
                anchor,
                menuItems(spec.actions, row, spec.nouns, anchor),
                m.rowActions(name),
              );
            }}
            className="relative z-1 flex size-7 items-center justify-center rounded text-muted hover:bg-sunken hover:text-fg coarse:size-11"
          >
            <Ellipsis size={16} />
          </button>
        </div>
      )}
    </div>
  );
}

function RowName<T extends { id: string }>({
  row,
  spec,
  name,
  phone,
}: {
  row: T;
  spec: ListSpec<T>;
  name: string;
  phone: boolean;
}): ReactNode {
  const link = spec.link(row);
  if (!link) return <span className="truncate">{name}</span>;
  return (
    <RowLink
      link={link}
      className={cx(
        'min-w-0 truncate hover:underline',
        // On a phone the whole row is the target.
        phone && 'font-medium after:absolute after:inset-0',
      )}
    >
      {name}
    </RowLink>
  );
}

export const GridRow = memo(Row) as typeof Row;
