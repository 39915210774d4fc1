/** The container of a deployment, among the live ones. */
import { useMemo } from 'react';
import type { DeploymentRow } from '../../api/types';
import { useRows } from '../../live/hooks';
import type { Container } from '../containers/figures';

/** The container of a deployment, as the server reports it. */
export function useContainerOf(row: DeploymentRow): Container | undefined {
  const { rows } = useRows('containers');
  return useMemo(() => {
    const all: readonly Container[] = rows;
    const { server_id, container_id, custom_name } = row.info;
    const owned = all.find(
      ({ resource }) => resource?.type === 'Deployment' && resource.id === row.id,
    );
    if (owned) return owned;
    const here = all.filter((each) => each.server_id === server_id);
    return (
      (container_id && here.find((each) => each.container_id === container_id)) ||
      here.find(({ name }) => name === (custom_name || row.name))
    );
  }, [rows, row]);
}
