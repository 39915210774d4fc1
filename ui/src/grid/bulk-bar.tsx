/** What can be done to the selected rows, at the bottom of the window. */
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
      className="sticky bottom-[calc(var(--bar)+12px)] z-20 mx-auto flex w-fit max-w-[calc(100%-16px)] flex-wrap items-center gap-2 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-3 shadow-layer"
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
