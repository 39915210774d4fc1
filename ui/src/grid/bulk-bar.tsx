/** What can be done to the selected rows: the list's foot, at the bottom of the window while rows go on below. */
import { X } from 'lucide-react';
import { m } from '../i18n/grid';
import { runAction } from '../lib/action';
import { Button, IconButton } from '../ui/button';
import type { ListSpec } from './types';

export function BulkBar<T extends { id: string }>({
  spec,
  rows,
  onClear,
}: {
  spec: ListSpec<T>;
  rows: readonly T[];
  onClear: () => void;
}) {
  return (
    <div
      role="toolbar"
      aria-label={m.selected(rows.length)}
      className="sticky bottom-(--bar) z-20 flex flex-wrap items-center gap-2 rounded-b-lg border-t border-control bg-raised py-2 pr-2 pl-3"
    >
      <span aria-live="polite" className="mr-1 font-medium">
        {m.selected(rows.length)}
      </span>
      {spec.actions
        .filter(({ bulk }) => bulk)
        .map((action) => {
          const able = rows.filter((row) => action.applies(row) === true).length;
          const reason = rows[0] ? action.applies(rows[0]) : null;
          if (able === 0 && reason === null) return null;
          return (
            <Button
              key={action.id}
              kind={action.danger ? 'danger' : 'plain'}
              icon={action.icon}
              disabledReason={able === 0 && typeof reason === 'string' ? reason : null}
              onClick={async (event) => {
                const done = await runAction(action, rows, spec.nouns, event.currentTarget);
                if (done > 0) onClear();
              }}
            >
              {m.actionOn(action.label, able, rows.length)}
            </Button>
          );
        })}
      <IconButton label={m.clearSelection} icon={<X size={14} />} onClick={onClear} />
    </div>
  );
}
