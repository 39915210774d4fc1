/** The newest run of a resource with its steps, as they are written; and small parts beside it. */
import { Link } from '@tanstack/react-router';
import { Suspense, useMemo } from 'react';
import type { ResourceTarget, UpdateRow } from '../../api/types';
import { m as all } from '../../i18n/builds';
import { shortHash } from '../../lib/builds';
import { lazyPart } from '../../lib/lazy';
import { useRead } from '../../lib/query';
import { updateState } from '../../lib/states';
import { useRows, useValue } from '../../live/hooks';
import { ErrorState, Skeleton, Time } from '../../ui/page';
import { StateMark } from '../../ui/state';

const m = all.overview;
const Steps = lazyPart(() => import('../../steps/steps').then(({ Steps }) => Steps));
export const linkClass = 'text-accent underline decoration-line hover:decoration-current';

/** The newest run of one of the operations: of the live activities, else asked for. */
export function useLastRun(
  target: ResourceTarget,
  operations: readonly string[],
): { update: UpdateRow | undefined; ready: boolean } {
  const { rows, ready } = useRows('updates');
  const { type, id } = target;
  const live = useMemo(
    () =>
      rows
        .filter((row) => row.target.id === id && operations.includes(row.operation))
        .sort((a, b) => b.start_ts - a.start_ts)[0],
    [rows, id, operations],
  );
  const asked = useRead(
    'ListUpdates',
    {
      query: { 'target.type': type, 'target.id': id, operation: { $in: operations } },
      page: 0,
    },
    { enabled: ready && !live, staleTime: 300_000 },
  );
  return { update: live ?? asked.data?.updates[0], ready: Boolean(live) || !asked.isPending };
}

/** One run with its steps, as they are written. */
export function RunView({ update }: { update: UpdateRow }) {
  const { value, error } = useValue(`update:${update.id}` as `update:${string}`);
  const [tone, word] = updateState(update);
  const running = update.status !== 'Complete';
  return (
    <>
      <header className="mb-2 flex flex-wrap items-baseline gap-x-2">
        <h2 className="font-bold">{running ? m.running : m.latest}</h2>
        <StateMark tone={tone} className="self-center">
          {word}
        </StateMark>
        <span className="text-muted">
          <Time ts={update.start_ts} /> {all.by} {update.username}
        </span>
        <Link
          to="/activity/$update"
          params={{ update: update.id }}
          className="ml-auto py-0.5 text-accent hover:underline"
        >
          {m.openRun}
        </Link>
      </header>
      {value ? (
        <Suspense fallback={<Skeleton rows={4} className="card" />}>
          <Steps id={update.id} update={value} />
        </Suspense>
      ) : error ? (
        <div className="card">
          <ErrorState error={new Error(error.message)} what={m.load} />
        </div>
      ) : (
        <Skeleton rows={4} className="card" />
      )}
    </>
  );
}

export function Commit({ hash, message }: { hash: string; message: string | null | undefined }) {
  return (
    <span className="min-w-0 wrap-anywhere">
      <code>{shortHash(hash)}</code>{' '}
      {message && <span className="text-muted">{message.split('\n')[0]}</span>}
    </span>
  );
}
