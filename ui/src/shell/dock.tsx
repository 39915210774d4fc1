/** What I started: running, or failed and not yet looked at. Bottom right; a bar on the phone. */
import { Link, useRouterState } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { UpdateRow } from '../api/types';
import { m } from '../i18n/shell';
import { useSecond } from '../lib/clock';
import { elapsed } from '../lib/format';
import { operationTitle } from '../lib/operation';
import { mine } from '../lib/run';
import { updateState } from '../lib/states';
import { useTargetNames } from '../lib/targets';
import { useStored } from '../lib/value';
import { useRows } from '../live/hooks';
import { serverNow } from '../live/socket';
import { router } from '../router';
import { IconButton } from '../ui/button';
import { Kbd, Progress, StateShape } from '../ui/state';
import { toast } from '../ui/toasts';

const MAX = 3;

export function Dock() {
  const ids = useStored(mine);
  return ids.length > 0 ? <OpenDock ids={ids} /> : null;
}

function OpenDock({ ids }: { ids: readonly string[] }) {
  const { rows } = useRows('updates');
  const nameOf = useTargetNames();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [hidden, setHidden] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const own = useMemo(() => {
    const wanted = new Set(ids);
    return rows.filter(({ id }) => wanted.has(id));
  }, [rows, ids]);
  useEndToasts(own, nameOf, path);
  useEffect(() => {
    const open = /^\/activity\/(.+)$/.exec(path)?.[1];
    if (open) setSeen((old) => new Set(old).add(open));
  }, [path]);

  const running = own.filter(({ status }) => status !== 'Complete');
  const failed = own.filter(
    (row) => row.status === 'Complete' && !row.success && !seen.has(row.id),
  );
  const shown = [...running, ...failed].filter(({ id }) => path !== `/activity/${id}`);
  if (shown.length === 0) return null;
  const title = running.length > 0 ? m.runningCount(running.length) : m.dock;
  if (hidden) {
    return (
      <button
        type="button"
        onClick={() => setHidden(false)}
        className="fixed right-3 bottom-[calc(var(--bar)+12px)] z-20 flex h-9 items-center gap-2 rounded-full border border-line bg-raised px-3 shadow-layer"
      >
        <StateShape tone={running.length > 0 ? 'busy' : 'crit'} />
        {title}
      </button>
    );
  }
  return (
    <aside
      aria-label={m.dock}
      className="fixed right-3 bottom-[calc(var(--bar)+12px)] z-20 w-[360px] max-w-[calc(100vw-24px)] overflow-hidden rounded-lg border border-line bg-raised shadow-layer phone:right-2 phone:bottom-(--bar) phone:left-2 phone:mb-2 phone:w-auto phone:max-w-none"
    >
      <header className="flex items-center gap-2 border-b border-line py-1 pr-1 pl-3">
        <StateShape tone={running.length > 0 ? 'busy' : 'crit'} />
        <span className="font-bold">{title}</span>
        <Link to="/activity" className="ml-auto text-muted hover:text-fg">
          {m.activity}
        </Link>
        <Kbd className="phone:hidden">g a</Kbd>
        <IconButton
          label={m.dockHide}
          icon={<X size={14} />}
          onClick={() => {
            setHidden(running.length > 0);
            setSeen((old) => new Set([...old, ...failed.map(({ id }) => id)]));
          }}
        />
      </header>
      <ul>
        {shown.slice(0, MAX).map((row) => (
          <DockRow
            key={row.id}
            row={row}
            title={operationTitle(row.operation, nameOf(row.target), row.other_data)}
          />
        ))}
      </ul>
      {shown.length > MAX && (
        <p className="px-3 py-1.5 text-sm text-muted">{m.dockMore(shown.length - MAX)}</p>
      )}
    </aside>
  );
}

function DockRow({ row, title }: { row: UpdateRow; title: string }) {
  const [tone, word] = updateState(row);
  const running = row.status !== 'Complete';
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        to="/activity/$update"
        params={{ update: row.id }}
        className="focus-inset block px-3 py-2 hover:bg-sunken"
      >
        <span className="flex items-center gap-2">
          {!running && <StateShape tone={tone} />}
          <span className="min-w-0 flex-1 truncate">{title}</span>
          <span className="text-sm text-muted">
            {running ? <Elapsed since={row.start_ts} /> : word}
          </span>
        </span>
        {running && row.step && (
          <span className="block truncate text-sm text-muted">{row.step}</span>
        )}
        {running && <Progress label={title} className="mt-1.5" />}
      </Link>
    </li>
  );
}

export function Elapsed({ since }: { since: number }) {
  useSecond();
  return elapsed(serverNow() - since);
}

/** One toast for each of my runs that ends while its page is not open. */
function useEndToasts(
  own: readonly UpdateRow[],
  nameOf: (target: UpdateRow['target']) => string,
  path: string,
): void {
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    for (const row of own) {
      const before = known.current.get(row.id);
      known.current.set(row.id, row.status);
      // A quick run may be over before its first row came: undefined counts as running.
      if (before === 'Complete' || row.status !== 'Complete' || path === `/activity/${row.id}`)
        continue;
      const title = operationTitle(row.operation, nameOf(row.target), row.other_data);
      toast({
        tone: row.success ? 'ok' : 'crit',
        title: row.success ? m.dockDone(title) : m.dockFailed(title),
        action: {
          label: m.activity,
          run: () => void router.navigate({ to: '/activity/$update', params: { update: row.id } }),
        },
      });
    }
  }, [own, nameOf, path]);
}
