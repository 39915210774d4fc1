/** A thing is locked by a run: what runs, and where to watch it. Takes no room while nothing does. */
import { Link } from '@tanstack/react-router';
import { m } from '../i18n/common';
import { operationProgress } from '../lib/operation';
import { useRow } from '../live/hooks';
import { Progress } from './state';

export function BusyStrip({
  operation,
  update,
}: {
  operation: string | null | undefined;
  update: string | null | undefined;
}) {
  return (
    <div className="relative h-0">
      {operation && (
        <div className="absolute inset-x-0 top-0">
          <Progress label={operationProgress(operation)} />
          {update && <BusyText operation={operation} update={update} />}
        </div>
      )}
    </div>
  );
}

function BusyText({ operation, update }: { operation: string; update: string }) {
  const row = useRow('updates', update);
  return (
    <p
      role="status"
      className="absolute top-1 right-0 rounded border border-line bg-raised px-2 py-0.5 text-sm text-busy"
    >
      {operationProgress(operation)}
      {row?.step && ` · ${row.step}`}
      {row?.username && <span className="text-muted"> · {row.username}</span>}{' '}
      <Link to="/activity/$update" params={{ update }} className="text-accent hover:underline">
        {m.view}
      </Link>
    </p>
  );
}
