/** The strip of big numbers: each leads to its list, the line below names the exceptions. */
import { Link } from '@tanstack/react-router';
import { memo, useMemo } from 'react';
import { m } from '../../i18n/dashboard';
import { hasNewCommits } from '../../lib/builds';
import { cx } from '../../lib/cx';
import { count } from '../../lib/format';
import {
  buildState,
  containerState,
  deploymentState,
  type StateWords,
  serverState,
} from '../../lib/states';
import { SegmentBar, type Tone } from '../../ui/state';
import type { Fleet } from './attention';

interface Figure {
  label: string;
  to: string;
  total: number;
  notes: readonly string[];
  parts: ReadonlyArray<readonly [Tone, number]>;
}

const ORDER: readonly Tone[] = ['ok', 'busy', 'paused', 'off', 'unknown', 'warn', 'crit'];

function tally<T>(rows: readonly T[], state: (row: T) => StateWords) {
  const tones = new Map<Tone, number>();
  const words = new Map<string, number>();
  for (const row of rows) {
    const [tone, word] = state(row);
    tones.set(tone, (tones.get(tone) ?? 0) + 1);
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  return {
    tone: (tone: Tone) => tones.get(tone) ?? 0,
    word: (word: string) => words.get(word) ?? 0,
    parts: ORDER.map((tone) => [tone, tones.get(tone) ?? 0] as const),
  };
}

const some = (n: number, text: (n: number) => string): string[] => (n > 0 ? [text(n)] : []);

/** Reachable servers count theirs; those of the others are known one by one. */
function containerCount(servers: Fleet['servers'], containers: Fleet['containers']): number {
  const counted = servers.reduce((sum, { info }) => sum + (info.containers?.total ?? 0), 0);
  return counted + containers.filter(({ state }) => state === '').length;
}

type Counted = Omit<Fleet, 'updates' | 'repos'>;

function useFigures({ servers, containers, deployments, builds }: Counted): Figure[] {
  const s = useMemo(() => tally(servers, serverState), [servers]);
  const c = useMemo(() => tally(containers, containerState), [containers]);
  const total = useMemo(() => containerCount(servers, containers), [servers, containers]);
  const parts = c.parts.map(([tone, n]) =>
    tone === 'ok'
      ? ([tone, Math.max(0, total - containers.length)] as const)
      : ([tone, n] as const),
  );
  const d = useMemo(() => tally(deployments, deploymentState), [deployments]);
  const b = useMemo(() => tally(builds, buildState), [builds]);
  const exited = useMemo(
    () => containers.filter(({ state }) => state === 'exited' || state === 'created').length,
    [containers],
  );
  const unreachable = s.word('Unreachable');
  return [
    {
      label: m.servers,
      to: '/servers',
      total: servers.length,
      notes: [
        ...some(unreachable, m.unreachable),
        ...some(s.tone('crit') - unreachable, m.critical),
        ...some(s.tone('warn'), m.warnings),
        ...some(s.word('Disabled'), m.disabled),
      ],
      parts: s.parts,
    },
    {
      label: m.containers,
      to: '/containers',
      total,
      notes: [...some(c.word('Unhealthy'), m.unhealthy), ...some(exited, m.stopped)],
      parts,
    },
    {
      label: m.deployments,
      to: '/deployments',
      total: deployments.length,
      notes: [
        ...some(d.tone('crit'), m.unhealthy),
        ...some(deployments.filter(({ info }) => info.state === 'exited').length, m.stopped),
        ...some(d.word('Not deployed'), m.notDeployed),
        ...some(deployments.filter(({ info }) => info.update_available).length, m.updates),
      ].slice(0, 2),
      parts: d.parts,
    },
    {
      label: m.builds,
      to: '/builds',
      total: builds.length,
      notes: [
        ...some(b.tone('crit'), m.failed),
        ...some(builds.filter(hasNewCommits).length, m.newCommits),
        ...some(b.tone('off'), m.neverBuilt),
      ].slice(0, 2),
      parts: b.parts,
    },
  ];
}

export const Summary = memo(function Summary({
  ready,
  running,
  ...counted
}: Counted & {
  ready: boolean;
  running: number;
}) {
  const all = useFigures(counted);
  const cell =
    'focus-inset flex min-w-0 flex-col px-3 pt-2 pb-2 hover:bg-sunken border-line not-first:border-l phone:odd:border-l-0 phone:nth-[n+3]:border-t';
  return (
    <nav aria-label={m.summary} className="card grid grid-cols-5 overflow-hidden phone:grid-cols-2">
      {all.map((figure) => (
        <Link key={figure.to} to={figure.to} className={cell}>
          <span className="text-muted">{figure.label}</span>
          <span className="text-2xl font-bold">{ready ? count(figure.total) : '–'}</span>
          <span className="mb-1.5 min-h-[18px] text-sm text-muted">
            {ready && (figure.notes.join(' · ') || (figure.total > 0 ? m.allWell : m.noneYet))}
          </span>
          <SegmentBar parts={figure.parts} className="mt-auto" />
        </Link>
      ))}
      <Link to="/activity" className={cx(cell, 'phone:col-span-2')}>
        <span className="text-muted">{m.running}</span>
        <span className="text-2xl font-bold">{count(running)}</span>
        <span className="mb-1.5 min-h-[18px] truncate text-sm text-muted">
          {running > 0 ? m.runningBadge(running) : m.idle}
        </span>
        <SegmentBar parts={[['busy', running]]} className="mt-auto" />
      </Link>
    </nav>
  );
});
