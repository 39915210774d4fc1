/** What can be done to a repo. */
import { Ban, Download, FolderDown, Hammer, RefreshCw } from 'lucide-react';
import type { RepoRow, ResourceTarget } from '../../api/types';
import { m as common } from '../../i18n/common';
import { m } from '../../i18n/repos';
import type { Action, Nouns } from '../../lib/action';
import { operationProgress } from '../../lib/operation';
import { peekPending, whilePending } from '../../lib/pending';
import { refresh } from '../../lib/query';
import { commonActions } from '../../lib/resource-actions';
import { pendingKey } from '../../lib/resource-rows';
import { execute, write } from '../../lib/run';
import { repoState } from '../../lib/states';
import { peekRow } from '../../live/hooks';
import type { PaletteSource } from '../../palette/source';
import { toast } from '../../ui/toasts';

export const repoNouns: Nouns<RepoRow> = {
  one: m.one,
  many: m.many,
  name: (row) => row.name,
};

const icon = { size: 14 } as const;

export const repoLink = (row: { id: string }, tab = 'overview') => ({
  to: '/repos/$repo/$tab' as const,
  params: { repo: row.id, tab },
});

export const targetOf = (row: { id: string }): ResourceTarget => ({ type: 'Repo', id: row.id });

export const busyOf = (row: RepoRow): string | null =>
  row.info.busy ?? peekPending(pendingKey('repos', row))?.operation ?? null;

export const isCloned = ({ info }: RepoRow): boolean => info.last_pulled_at > 0;

/** The clone is not at the newest commit. */
export function isBehind({ info }: RepoRow): boolean {
  return Boolean(info.cloned_hash && info.latest_hash && info.cloned_hash !== info.latest_hash);
}

function hindered(row: RepoRow): string | null {
  const busy = busyOf(row);
  if (busy) return common.busyWhy(operationProgress(busy));
  return row.info.repo ? null : m.why.noRepo;
}

const onServer = (row: RepoRow): true | string =>
  hindered(row) ?? (row.info.server_id ? true : m.why.noServer);

function buildable(row: RepoRow): true | string | null {
  if (!row.info.builder_id) return null;
  if (peekRow('builders', row.info.builder_id)?.info.builder_type === 'Aws') return m.why.aws;
  return hindered(row) ?? true;
}

type Operation = 'CloneRepo' | 'PullRepo' | 'BuildRepo';

/** Starts an execution on a repo, which is shown as busy at once. */
export function runRepo(operation: Operation, verb: string, row: { id: string; name: string }) {
  return whilePending(pendingKey('repos', row), operation, () =>
    execute(operation, { repo: row.id }, `${verb} ${row.name}`),
  );
}

const send = (operation: Operation, verb: string) => (row: RepoRow) =>
  runRepo(operation, verb, row);

async function lookAgain(row: RepoRow): Promise<void> {
  const done = await write('RefreshRepoCache', { repo: row.id }, m.actions.refresh);
  if (done === null) return;
  await refresh('GetRepo');
  toast({ tone: 'ok', title: m.refreshed(row.name) });
}

export const repoActions: ReadonlyArray<Action<RepoRow>> = [
  {
    id: 'pull',
    label: m.actions.pull,
    level: 0,
    bulk: true,
    shortcut: 'P',
    icon: <Download {...icon} />,
    applies: (row) => (isCloned(row) ? onServer(row) : null),
    run: send('PullRepo', m.actions.pull),
  },
  {
    id: 'clone',
    label: m.actions.clone,
    level: 0,
    bulk: true,
    icon: <FolderDown {...icon} />,
    applies: (row) => (isCloned(row) ? null : onServer(row)),
    run: send('CloneRepo', m.actions.clone),
  },
  {
    id: 'reclone',
    label: m.actions.reclone,
    level: 1,
    bulk: true,
    icon: <FolderDown {...icon} />,
    applies: (row) => (isCloned(row) ? onServer(row) : null),
    impact: () => m.impact.reclone,
    run: send('CloneRepo', m.actions.clone),
  },
  {
    id: 'build',
    label: m.actions.build,
    level: 0,
    bulk: true,
    shortcut: 'B',
    icon: <Hammer {...icon} />,
    applies: buildable,
    run: send('BuildRepo', m.actions.build),
  },
  {
    id: 'cancel',
    label: m.actions.cancel,
    level: 1,
    bulk: true,
    danger: true,
    icon: <Ban {...icon} />,
    applies: (row) => (busyOf(row) === 'BuildRepo' ? true : null),
    impact: () => m.impact.cancel,
    run: (row) => execute('CancelRepoBuild', { repo: row.id }, `${m.actions.cancel} ${row.name}`),
  },
  {
    id: 'refresh',
    label: m.actions.refresh,
    level: 0,
    icon: <RefreshCw {...icon} />,
    applies: (row) => (row.info.repo ? true : null),
    run: lookAgain,
  },
  ...commonActions<RepoRow>({
    kind: 'Repo',
    path: '/repos',
    deleteLabel: m.actions.delete,
    deleteImpact: m.impact.delete,
    busy: busyOf,
  }),
];

export const palette: PaletteSource<RepoRow> = {
  topic: 'repos',
  kind: m.kind,
  nouns: repoNouns,
  state: repoState,
  link: (row) => repoLink(row),
  words: (row) => [row.info.repo, row.info.server_name ?? '', row.info.branch].filter(Boolean),
  actions: repoActions,
};
