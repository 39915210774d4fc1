/** /deployments: every deployment, and the dialog of a new one. */
import { Plus, Rocket } from 'lucide-react';
import { ListPage, useNewDialog } from '../../grid/list-page';
import { m } from '../../i18n/deployments';
import { useResourceRows } from '../../lib/resource-rows';
import { useRows } from '../../live/hooks';
import { openNewDeployment } from '../../shell/create';
import { Button } from '../../ui/button';
import { ExportHost } from '../../ui/toml-export';
import { NewDeployment } from './new';
import { deploymentSpec } from './spec';

export default function DeploymentsPage() {
  const view = useResourceRows('deployments');
  useRows('tags');
  const making = useNewDialog('server', 'build');
  return (
    <>
      <ListPage
        title={m.title}
        spec={deploymentSpec}
        view={view}
        icon={<Rocket size={28} />}
        emptyTitle={m.emptyTitle}
        emptyText={m.emptyText}
        add={
          <Button kind="primary" icon={<Plus size={14} />} onClick={openNewDeployment}>
            {m.newDeployment}
          </Button>
        }
      />
      {making.open && <NewDeployment {...making.given} onClose={making.close} />}
      <ExportHost />
    </>
  );
}
