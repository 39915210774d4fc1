/** Activities: the live ones, and older ones as the list is scrolled. Of everything or one target. */
import { History } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { ResourceTarget, UpdateRow } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import { m } from '../../i18n/activity';
import { useTargetNames } from '../../lib/targets';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { EmptyState, ErrorState } from '../../ui/page';
import { useOlder } from './older';
import { activitySpec } from './spec';

/** Pages read by themselves while the end is in sight; then by a button. */
const MAX_AUTO = 20;

export function Activities({
  target,
  filter,
  state,
  onState,
}: {
  target?: ResourceTarget;
  /** Narrows further, where the target is not all there is to say. */
  filter?: (row: UpdateRow) => boolean;
  state: ListState;
  onState: SetListState;
}) {
  const view = useRows('updates');
  const nameOf = useTargetNames();
  const live = useMemo(() => {
    if (!target) return view.rows;
    return view.rows.filter(
      (row) => row.target.type === target.type && row.target.id === target.id,
    );
  }, [view.rows, target]);
  const older = useOlder(live, target);
  const rows = useMemo(() => {
    const byId = new Map<string, UpdateRow>(older.rows.map((row) => [row.id, row]));
    // Live rows are newer than pages.
    for (const row of live) byId.set(row.id, row);
    const all = [...byId.values()];
    return filter ? all.filter(filter) : all;
  }, [live, older.rows, filter]);
  const spec = useMemo(() => activitySpec(nameOf, target !== undefined), [nameOf, target]);
  return (
    <>
      <Grid
        spec={spec}
        rows={rows}
        ready={view.ready && (rows.length > 0 || older.done)}
        error={view.error}
        state={state}
        onState={onState}
        selectable={false}
        empty={
          <EmptyState title={m.emptyTitle} icon={<History size={28} />}>
            {m.emptyText}
          </EmptyState>
        }
      />
      {view.ready && <End older={older} count={rows.length} />}
    </>
  );
}

/** Reads the next page when the end of the list comes into sight. */
function End({ older, count }: { older: ReturnType<typeof useOlder>; count: number }) {
  const ref = useRef<HTMLDivElement>(null);
  const auto = useRef(0);
  const { done, loading, error, more } = older;
  useEffect(() => {
    const node = ref.current;
    if (!node || done || loading || error) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting || auto.current >= MAX_AUTO) return;
        auto.current += 1;
        more();
      },
      { rootMargin: '600px' },
    );
    observer.observe(node);
    return () => observer.disconnect();
  }, [done, loading, error, more]);
  return (
    <div ref={ref} className="flex min-h-10 items-center justify-center pt-2 text-sm text-muted">
      {error ? (
        <ErrorState error={error} what={m.loadOlder} onRetry={more} />
      ) : done ? (
        count > 0 && m.allLoaded(count)
      ) : loading ? (
        <span role="status">{m.loadingOlder}</span>
      ) : (
        <Button kind="quiet" onClick={more}>
          {m.older}
        </Button>
      )}
    </div>
  );
}
