/** /builders: every builder, and the dialog of a new one. */
import { Factory, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { ListPage, useNewDialog } from '../../grid/list-page';
import { m } from '../../i18n/builders';
import { user } from '../../lib/session';
import { useStored } from '../../lib/value';
import { useRows } from '../../live/hooks';
import { openNewBuilder } from '../../shell/create';
import { Button } from '../../ui/button';
import { ExportHost } from '../../ui/toml-export';
import { NewBuilder } from './new';
import { builderSpec } from './spec';

export default function BuildersPage() {
  const { rows, ready, error } = useRows('builders');
  const servers = useRows('servers').rows.length;
  const builds = useRows('builds').rows;
  useRows('tags');
  const admin = useStored(user)?.admin !== false;
  const making = useNewDialog();
  // Rows are new objects when what they show of others may have changed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const shown = useMemo(() => rows.map((row) => ({ ...row })), [rows, servers, builds]);
  return (
    <>
      <ListPage
        title={m.title}
        spec={builderSpec}
        view={{ rows: shown, ready, error }}
        icon={<Factory size={28} />}
        emptyTitle={m.emptyTitle}
        emptyText={m.emptyText}
        add={
          <Button
            kind="primary"
            icon={<Plus size={14} />}
            disabledReason={admin ? null : m.adminOnly}
            onClick={openNewBuilder}
          >
            {m.newBuilder}
          </Button>
        }
      />
      {making.open && admin && <NewBuilder onClose={making.close} />}
      <ExportHost />
    </>
  );
}
