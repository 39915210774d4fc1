/** A build with its whole config. */
import { useMemo } from 'react';
import { useRead } from '../../lib/query';
import { useReadAgain } from '../../lib/read-again';
import { targetOf } from './actions';

/** What changes a build's config or what is known of its source. */
const CHANGES = ['UpdateBuild', 'RunBuild', 'WriteDockerfile'];

/** The build with its whole config, read again when it changes. */
export function useBuild(row: { id: string }) {
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  useReadAgain('GetBuild', target, CHANGES);
  return useRead('GetBuild', { build: row.id });
}
