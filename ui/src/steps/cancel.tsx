/** Cancelling what runs. */
import { useState } from 'react';
import { operationText } from '../lib/operation';
import { execute } from '../lib/run';
import { useRow } from '../live/hooks';
import { Button } from '../ui/button';
import { confirm } from '../ui/confirm';
import { m } from './text';

/** Asks, then cancels an activity. It stays busy until the activity's end is told. */
export function CancelButton({
  id,
  title,
  className,
}: {
  id: string;
  title: string;
  className?: string;
}) {
  const [sent, setSent] = useState(false);
  const update = useRow('updates', id);
  return (
    <Button
      kind="danger"
      busy={sent}
      className={className}
      onClick={async (event) => {
        const anchor = event.currentTarget;
        const yes = await confirm({
          level: 1,
          title: m.cancelTitle(title),
          impact: m.cancelImpact,
          confirm: m.cancelWhat(update ? operationText(update.operation).toLowerCase() : ''),
          keep: m.keep,
          anchor,
        });
        if (!yes) return;
        setSent(true);
        if ((await execute('CancelUpdate', { id }, m.cancelSent)) === null) setSent(false);
      }}
    >
      {sent ? m.cancelling : m.cancel}
    </Button>
  );
}
