/** The containers of one server. */
import { Box } from 'lucide-react';
import type { ServerRow } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import { m } from '../../i18n/server-page';
import { EmptyState } from '../../ui/page';
import { useContainers } from '../containers/rows';
import { byFigures, serverContainerSpec } from '../containers/spec';

export function Containers({
  row,
  state,
  onState,
}: {
  row: ServerRow;
  state: ListState;
  onState: SetListState;
}) {
  const { rows, ready, error } = useContainers(row.id, byFigures(state));
  return (
    <Grid
      spec={serverContainerSpec}
      rows={rows}
      ready={ready}
      error={error}
      state={state}
      onState={onState}
      empty={
        <EmptyState title={m.emptyContainers} icon={<Box size={28} />}>
          {m.emptyDocker}
        </EmptyState>
      }
    />
  );
}
