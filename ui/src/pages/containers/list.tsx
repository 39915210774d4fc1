/** /containers: every container on every server. */
import { Container as ContainerIcon, Plus } from 'lucide-react';
import { ListPage } from '../../grid/list-page';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/containers';
import { openNewDeployment } from '../../shell/create';
import { Button } from '../../ui/button';
import { useContainers } from './rows';
import { byFigures, containerSpec } from './spec';

export default function ContainersPage() {
  const state = useUrlListState();
  const view = useContainers(undefined, byFigures(state[0]));
  return (
    <ListPage
      title={m.title}
      spec={containerSpec}
      view={view}
      state={state}
      icon={<ContainerIcon size={28} />}
      emptyTitle={m.emptyTitle}
      emptyText={m.emptyText}
      add={
        <Button kind="primary" icon={<Plus size={14} />} onClick={openNewDeployment}>
          {m.newDeployment}
        </Button>
      }
    />
  );
}
