/** Activity: what runs, with its step, then what ended last. */
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { UpdateRow } from '../../api/types';
import { m } from '../../i18n/dashboard';
import { operationTitle } from '../../lib/operation';
import { updateState } from '../../lib/states';
import { useTargetNames } from '../../lib/targets';
import { Elapsed } from '../../shell/dock';
import { Card, EmptyState, Skeleton, Time } from '../../ui/page';
import { Badge, Progress, StateShape } from '../../ui/state';
import { STEADY } from './attention-card';

const RECENT = 7;

export const ActivityCard = memo(function ActivityCard({
  rows,
  ready,
}: {
  rows: readonly UpdateRow[];
  ready: boolean;
}) {
  const nameOf = useTargetNames();
  const sorted = [...rows].sort((a, b) => b.start_ts - a.start_ts);
  const running = sorted.filter(({ status }) => status !== 'Complete').slice(0, 4);
  const done = sorted
    .filter(({ status }) => status === 'Complete')
    .slice(0, RECENT - running.length);
  return (
    <Card
      className={STEADY}
      title={m.activity}
      badge={running.length > 0 && <Badge>{m.runningBadge(running.length)}</Badge>}
      aside={
        <Link to="/activity" className="hover:text-fg hover:underline">
          {m.allActivity}
        </Link>
      }
    >
      {!ready ? (
        <Skeleton rows={RECENT} />
      ) : rows.length === 0 ? (
        <EmptyState title={m.nothingDone}>{m.nothingDoneText}</EmptyState>
      ) : (
        <ul>
          {[...running, ...done].map((row) => (
            <ActivityRow
              key={row.id}
              row={row}
              title={operationTitle(row.operation, nameOf(row.target), row.other_data)}
            />
          ))}
        </ul>
      )}
    </Card>
  );
});

function ActivityRow({ row, title }: { row: UpdateRow; title: string }) {
  const [tone, word] = updateState(row);
  const running = row.status !== 'Complete';
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        to="/activity/$update"
        params={{ update: row.id }}
        className="focus-inset block px-3 py-[5.5px] hover:tint-hover coarse:py-3"
      >
        <span className="flex min-h-5 items-center gap-2">
          <StateShape tone={tone} label={word} />
          <span className="min-w-0 flex-1 truncate">{title}</span>
          {!running && <span className="w-20 truncate text-muted">{row.username}</span>}
          <span className="min-w-10 text-right text-muted">
            {running ? (
              <Elapsed since={row.start_ts} />
            ) : (
              <Time ts={row.end_ts ?? row.start_ts} bare />
            )}
          </span>
        </span>
        {running && (
          <>
            <span className="mb-1 block min-h-[18px] truncate pl-[18px] text-sm text-muted">
              {row.step ?? word}
            </span>
            <Progress label={title} />
          </>
        )}
      </Link>
    </li>
  );
}
