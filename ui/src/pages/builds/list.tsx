/** /builds: every build, and the dialog of a new one. */
import { Hammer, Plus } from 'lucide-react';
import { ListPage, useNewDialog } from '../../grid/list-page';
import { m } from '../../i18n/builds';
import { useResourceRows } from '../../lib/resource-rows';
import { useRows } from '../../live/hooks';
import { openNewBuild } from '../../shell/create';
import { Button } from '../../ui/button';
import { ExportHost } from '../../ui/toml-export';
import { NewBuild } from './new';
import { buildSpec } from './spec';

export default function BuildsPage() {
  const view = useResourceRows('builds');
  useRows('builders');
  useRows('tags');
  const making = useNewDialog('builder');
  return (
    <>
      <ListPage
        title={m.title}
        spec={buildSpec}
        view={view}
        icon={<Hammer size={28} />}
        emptyTitle={m.emptyTitle}
        emptyText={m.emptyText}
        add={
          <Button kind="primary" icon={<Plus size={14} />} onClick={openNewBuild}>
            {m.newBuild}
          </Button>
        }
      />
      {making.open && <NewBuild {...making.given} onClose={making.close} />}
      <ExportHost />
    </>
  );
}
