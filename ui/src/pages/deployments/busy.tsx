/** What runs on a deployment now: step, by whom, view, cancel. Keeps its height when nothing runs. */
import { Link } from '@tanstack/react-router';
import type { DeploymentRow } from '../../api/types';
import { m } from '../../i18n/deployments';
import { operationProgress } from '../../lib/operation';
import { useRow } from '../../live/hooks';
import { CancelButton } from '../../steps/cancel';
import { Elapsed } from '../../steps/step-row';
import { Progress, StateShape } from '../../ui/state';

export function BusyStrip({ row }: { row: DeploymentRow }) {
  const { busy, busy_update } = row.info;
  const update = useRow('updates', busy_update ?? '');
  if (!busy) return null;
  const verb = operationProgress(busy);
  return (
    <div className="mt-2 overflow-hidden rounded border border-line bg-surface">
      <Progress label={verb} className="rounded-none" />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1">
        <StateShape tone="busy" />
        <span className="min-w-0 truncate" aria-live="polite">
          {m.busyStep(verb, update?.step ?? '')}
        </span>
        {update && (
          <span className="text-muted">
            {m.by} {update.username} · <Elapsed since={update.start_ts} />
          </span>
        )}
        {busy_update && (
          <span className="ml-auto flex items-center gap-3">
            <Link
              to="/activity/$update"
              params={{ update: busy_update }}
              className="text-accent hover:underline"
            >
              {m.view}
            </Link>
            <CancelButton id={busy_update} title={`${verb.toLowerCase()} ${row.name}`} />
          </span>
        )}
      </div>
    </div>
  );
}
