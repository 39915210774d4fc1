/** /containers: every container on every server. */
import { Container as ContainerIcon, Plus } from 'lucide-react';
import { Grid } from '../../grid/grid';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/containers';
import { count } from '../../lib/format';
import { openNewDeployment } from '../../shell/create';
import { Button } from '../../ui/button';
import { EmptyState, PageHeader, Stale, useStaleSince } from '../../ui/page';
import { useContainers } from './rows';
import { byFigures, containerSpec } from './spec';

export default function ContainersPage() {
  const [state, setState] = useUrlListState();
  const { rows, ready, error } = useContainers(undefined, byFigures(state));
  const add = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={openNewDeployment}>
      {m.newDeployment}
    </Button>
  );
  return (
    <>
      <PageHeader title={m.title} count={ready ? count(rows.length) : undefined}>
        {add}
      </PageHeader>
      <Stale since={useStaleSince()}>
        <Grid
          spec={containerSpec}
          rows={rows}
          ready={ready}
          error={error}
          state={state}
          onState={setState}
          empty={
            <EmptyState title={m.emptyTitle} icon={<ContainerIcon size={28} />} action={add}>
              {m.emptyText}
            </EmptyState>
          }
        />
      </Stale>
    </>
  );
}
