/** The versions of a build, the newest first, with what can be done to each. */
import { Link } from '@tanstack/react-router';
import { Milestone } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { BuildRow, Version } from '../../api/types';
import { m as all } from '../../i18n/builds';
import { compareVersions, isLatest, shortHash, versionText } from '../../lib/builds';
import { count } from '../../lib/format';
import { useRead } from '../../lib/query';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { Card, EmptyState, ErrorState, Skeleton, Time } from '../../ui/page';
import { Badge, StateShape } from '../../ui/state';

const m = all.versions;
const STEP = 50;

export interface Made {
  version: Version;
  /** "0.0.3" */
  text: string;
  ts: number;
  commit: string;
  /** The Update that made it; '' where it is not known. */
  update: string;
}

/** The versions of a build; what is built while the page is open comes by itself. */
export function useVersions(build: BuildRow | undefined) {
  const id = build?.id ?? '';
  const query = useRead(
    'ListBuildVersions',
    { build: id },
    { enabled: id !== '', staleTime: 60_000 },
  );
  const { rows: updates } = useRows('updates');
  const newestHash = build?.info.built_hash ?? '';
  const newest = build ? versionText(build.info.version) : '';
  const versions = useMemo(() => {
    const found = new Map<string, Made>();
    for (const { version, ts, commit_hash, update_id } of query.data ?? []) {
      const text = versionText(version);
      found.set(text, { version, text, ts, commit: commit_hash ?? '', update: update_id ?? '' });
    }
    for (const row of updates) {
      if (row.operation !== 'RunBuild' || row.target.id !== id || !row.version) continue;
      const text = versionText(row.version);
      if (row.status !== 'Complete' || !row.success || isLatest(row.version) || found.has(text))
        continue;
      const commit = text === newest ? newestHash : '';
      found.set(text, { version: row.version, text, ts: row.start_ts, commit, update: row.id });
    }
    return [...found.values()].sort((a, b) => compareVersions(b.version, a.version));
  }, [query.data, updates, id, newest, newestHash]);
  return { ...query, versions };
}

export function VersionsList({
  query,
  marks,
  action,
}: {
  query: ReturnType<typeof useVersions>;
  /** Marks behind a version, such as where it runs. */
  marks: (made: Made) => ReactNode;
  /** At the right end of its line. */
  action: (made: Made) => ReactNode;
}) {
  const [shown, setShown] = useState(STEP);
  const { versions } = query;
  if (query.error && versions.length === 0) {
    return (
      <div className="card">
        <ErrorState error={query.error} what={m.load} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (query.isPending && versions.length === 0) return <Skeleton rows={6} className="card" />;
  if (versions.length === 0) {
    return (
      <div className="card">
        <EmptyState title={m.empty} icon={<Milestone size={28} />}>
          {m.emptyText}
        </EmptyState>
      </div>
    );
  }
  return (
    <Card title={m.title} badge={<Badge>{count(versions.length)}</Badge>}>
      <ul>
        {versions.slice(0, shown).map((made, at) => (
          <li
            key={made.text}
            className="grid min-h-(--row) grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-b border-line px-3 py-1.5 last:border-0 md:grid-cols-[minmax(0,1fr)_120px_80px_180px]"
          >
            <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
              <StateShape tone={at === 0 ? 'ok' : 'off'} />
              <VersionName made={made} />
              {at === 0 && <Badge tone="ok">{m.newest}</Badge>}
              {marks(made)}
            </span>
            <span className="truncate text-muted phone:order-2 phone:pl-[18px]">
              {made.commit && <code>{shortHash(made.commit)}</code>}
              <span className="ml-2 md:hidden">
                <Time ts={made.ts} />
              </span>
            </span>
            <Time ts={made.ts} className="text-right text-muted phone:hidden" />
            <span className="flex justify-end phone:order-1 phone:row-span-2">{action(made)}</span>
          </li>
        ))}
      </ul>
      {versions.length > shown && (
        <div className="flex justify-center border-t border-line p-1">
          <Button kind="quiet" onClick={() => setShown(shown + STEP)}>
            {m.more}
          </Button>
        </div>
      )}
    </Card>
  );
}

function VersionName({ made }: { made: Made }) {
  if (!made.update) return <span className="font-medium">{made.text}</span>;
  return (
    <Link
      to="/activity/$update"
      params={{ update: made.update }}
      className="py-0.5 font-medium hover:underline"
    >
      {made.text}
    </Link>
  );
}
