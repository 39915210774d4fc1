/** The titles of a list's columns: they sort; the first one chooses all rows. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { m } from '../i18n/grid';
import { cx } from '../lib/cx';
import type { Selection } from './selection';
import type { Column, ListSpec } from './types';

interface HeaderRowProps<T extends { id: string }> {
  spec: ListSpec<T>;
  columns: ReadonlyArray<Column<T>>;
  selectable: boolean;
  selection: Selection;
  /** How many rows are shown. */
  count: number;
  sortId: string;
  onSort: (sort: string) => void;
  /** The CSS grid's columns, as the rows have them. */
  template: string;
}

export function HeaderRow<T extends { id: string }>({
  spec,
  columns,
  selectable,
  selection,
  count,
  sortId,
  onSort,
  template,
}: HeaderRowProps<T>) {
  const all = selection.ids.size > 0 && selection.ids.size === count;
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
