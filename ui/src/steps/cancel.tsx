/** Cancelling what runs. */
import { useState } from 'react';
import { execute } from '../lib/run';
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
          confirm: m.cancel,
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
