/** What runs on a resource now, in place of its actions: step, by whom, view, cancel. */
import { Link } from '@tanstack/react-router';
import { m } from '../../i18n/deployments';
import { operationProgress } from '../../lib/operation';
import { useRow } from '../../live/hooks';
import { CancelButton } from '../../steps/cancel';
import { Elapsed } from '../../steps/step-row';
import { Progress } from '../../ui/state';

/** A resource that says what runs on it. */
interface BusyRow {
  name: string;
  info: { busy?: string | null; busy_update?: string | null };
}

export function BusyActions({ row }: { row: BusyRow }) {
  const { busy, busy_update } = row.info;
  const update = useRow('updates', busy_update ?? '');
  if (!busy) return null;
  const verb = operationProgress(busy);
  return (
    <div className="flex h-(--ctl) max-w-full items-center gap-3">
      <span className="min-w-0 truncate text-busy" role="status">
        {update?.step ? m.busyStep(verb, update.step) : verb}
      </span>
      {update && (
        <span className="whitespace-nowrap text-muted phone:hidden">
          {m.by} {update.username} · <Elapsed since={update.start_ts} />
        </span>
      )}
      {busy_update && (
        <>
          <Link
            to="/activity/$update"
            params={{ update: busy_update }}
            className="text-accent hover:underline"
          >
            {m.view}
          </Link>
          <CancelButton id={busy_update} title={`${verb.toLowerCase()} ${row.name}`} />
        </>
      )}
    </div>
  );
}

/** A line that moves, on the edge of the header; it takes no room. */
export function BusyLine({ operation }: { operation: string | null | undefined }) {
  return (
    <div className="relative h-0">
      {operation && (
        <Progress
          label={operationProgress(operation)}
          className="absolute inset-x-0 top-0.5 rounded-none"
        />
      )}
    </div>
  );
}
