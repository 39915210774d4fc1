/** Reading a resource's config again when someone changed it. */
import { useEffect, useState } from 'react';
import type { Name, ResourceTarget } from '../api/types';
import { useRows } from '../live/hooks';
import { refresh } from './query';

/** Reads `name` again when one of the `operations` on the target has ended. */
export function useReadAgain(
  name: Name<'read'>,
  target: ResourceTarget,
  operations: readonly string[],
): void {
  const { rows } = useRows('updates');
  const newest = rows.reduce(
    (latest, row) =>
      row.target.id === target.id &&
      row.target.type === target.type &&
      row.status === 'Complete' &&
      operations.includes(row.operation)
        ? Math.max(latest, row.end_ts ?? row.start_ts)
        : latest,
    0,
  );
  const [seen, setSeen] = useState(newest);
  useEffect(() => {
    if (newest <= seen) return;
    setSeen(newest);
    void refresh(name);
  }, [newest, seen, name]);
}
