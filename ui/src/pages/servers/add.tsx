/** The dialog that adds a server. */
import { useState } from 'react';
import type { ServerRow } from '../../api/types';
import { m } from '../../i18n/servers';
import { router } from '../../router';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Enroll } from './enroll';

export default function AddServer({ onClose }: { onClose: () => void }) {
  const [row, setRow] = useState<ServerRow | null>(null);
  const [round, setRound] = useState(0);
  return (
    <Dialog
      title={m.addTitle}
      width={640}
      sticky
      onClose={onClose}
      footer={
        row && (
          <>
            <Button
              kind="quiet"
              onClick={() => {
                setRow(null);
                setRound(round + 1);
              }}
            >
              {m.addAnother}
            </Button>
            <Button
              kind="primary"
              autoFocus
              onClick={() => {
                onClose();
                void router.navigate({
                  to: '/servers/$server/$tab',
                  params: { server: row.id, tab: 'overview' },
                });
              }}
            >
              {m.addOpen}
            </Button>
          </>
        )
      }
    >
      <Enroll key={round} onConnected={setRow} />
    </Dialog>
  );
}
