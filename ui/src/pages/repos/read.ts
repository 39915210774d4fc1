/** A repo with its whole config. */
import { useMemo } from 'react';
import { useRead } from '../../lib/query';
import { useReadAgain } from '../../lib/read-again';
import { targetOf } from './actions';

const CHANGES = ['UpdateRepo', 'CloneRepo', 'PullRepo', 'BuildRepo'];

/** The repo with its whole config, read again when it changes. */
export function useRepo(row: { id: string }) {
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  useReadAgain('GetRepo', target, CHANGES);
  return useRead('GetRepo', { repo: row.id });
}
