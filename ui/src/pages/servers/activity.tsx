/** What was done to one server. */
import { useMemo } from 'react';
import type { ResourceTarget, ServerRow } from '../../api/types';
import type { ListState, SetListState } from '../../grid/list-state';
import { Activities } from '../activity/activities';

export function ServerActivity({
  row,
  state,
  onState,
}: {
  row: ServerRow;
  state: ListState;
  onState: SetListState;
}) {
  const target = useMemo((): ResourceTarget => ({ type: 'Server', id: row.id }), [row.id]);
  return <Activities target={target} state={state} onState={onState} />;
}
