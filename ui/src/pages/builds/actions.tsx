/** What can be done to a build. */
import { Ban, Hammer, RefreshCw } from 'lucide-react';
import type { BuildRow, ResourceTarget } from '../../api/types';
import { m } from '../../i18n/builds';
import { m as common } from '../../i18n/common';
import type { Action, Nouns } from '../../lib/action';
import { hasSource, inGit, versionText } from '../../lib/builds';
import { operationProgress } from '../../lib/operation';
import { peekPending, whilePending } from '../../lib/pending';
import { refresh } from '../../lib/query';
import { commonActions } from '../../lib/resource-actions';
import { pendingKey } from '../../lib/resource-rows';
import { execute, write } from '../../lib/run';
import { buildState } from '../../lib/states';
import { peekRow } from '../../live/hooks';
import type { PaletteSource } from '../../palette/source';
import { toast } from '../../ui/toasts';

export const buildNouns: Nouns<BuildRow> = {
  one: m.one,
  many: m.many,
  name: (row) => row.name,
};

const icon = { size: 14 } as const;

export const buildLink = (row: { id: string }, tab = 'overview') => ({
  to: '/builds/$build/$tab' as const,
  params: { build: row.id, tab },
});

export const targetOf = (row: { id: string }): ResourceTarget => ({ type: 'Build', id: row.id });

export const busyOf = (row: BuildRow): string | null =>
  row.info.busy ?? peekPending(pendingKey('builds', row))?.operation ?? null;

/** Where its source is, in a few words. */
export function sourceText({ info }: BuildRow): string {
  if (info.files_on_host) return m.sources.files;
  if (info.linked_repo) return m.linked(info.linked_repo_name || info.linked_repo);
  if (info.repo) return info.repo;
  return info.dockerfile_contents ? m.sources.ui : m.sourceNone;
}

function buildable(row: BuildRow): true | string {
  const busy = busyOf(row);
  if (busy) return common.busyWhy(operationProgress(busy));
  if (!row.info.builder_id) return m.why.noBuilder;
  if (peekRow('builders', row.info.builder_id)?.info.builder_type === 'Aws') return m.why.aws;
  return hasSource(row) ? true : m.why.noSource;
}

/** Starts a build, which is shown as running at once. */
export function runBuild(row: { id: string; name: string }) {
  return whilePending(pendingKey('builds', row), 'RunBuild', () =>
    execute('RunBuild', { build: row.id }, `${m.actions.build} ${row.name}`),
  );
}

async function lookAgain(row: BuildRow): Promise<void> {
  const done = await write('RefreshBuildCache', { build: row.id }, m.actions.refresh);
  if (done === null) return;
  await refresh('GetBuild');
  toast({ tone: 'ok', title: m.refreshed(row.name) });
}

export const buildActions: ReadonlyArray<Action<BuildRow>> = [
  {
    id: 'build',
    label: m.actions.build,
    level: 0,
    bulk: true,
    shortcut: 'B',
    icon: <Hammer {...icon} />,
    applies: buildable,
    run: runBuild,
  },
  {
    id: 'cancel',
    label: m.actions.cancel,
    level: 1,
    bulk: true,
    danger: true,
    icon: <Ban {...icon} />,
    applies: (row) => (busyOf(row) === 'RunBuild' ? true : null),
    impact: () => m.impact.cancel,
    run: (row) => execute('CancelBuild', { build: row.id }, `${m.actions.cancel} ${row.name}`),
  },
  {
    id: 'refresh',
    label: m.actions.refresh,
    level: 0,
    icon: <RefreshCw {...icon} />,
    applies: (row) => (inGit(row) ? true : null),
    run: lookAgain,
  },
  ...commonActions<BuildRow>({
    kind: 'Build',
    path: '/builds',
    deleteLabel: m.actions.delete,
    deleteImpact: m.impact.delete,
    busy: busyOf,
  }),
];

export const palette: PaletteSource<BuildRow> = {
  topic: 'builds',
  kind: m.kind,
  nouns: buildNouns,
  state: buildState,
  link: (row) => buildLink(row),
  words: (row) => [sourceText(row), versionText(row.info.version), row.info.branch].filter(Boolean),
  actions: buildActions,
};
