/** What can be done to a deployment. */
import {
  Copy,
  Download,
  FileCode,
  Pause,
  Pencil,
  Play,
  Rocket,
  RotateCw,
  Square,
  Tags,
  Trash2,
} from 'lucide-react';
import type { DeploymentRow, Name, Params, PermissionLevel, ResourceTarget } from '../../api/types';
import { m } from '../../i18n/deployments';
import type { Action, Nouns } from '../../lib/action';
import { exporting } from '../../lib/exporting';
import { operationProgress } from '../../lib/operation';
import { peekPending, whilePending } from '../../lib/pending';
import { pendingKey } from '../../lib/resource-rows';
import { execute, write } from '../../lib/run';
import { deploymentState } from '../../lib/states';
import type { PaletteSource } from '../../palette/source';
import { router } from '../../router';
import { copyText } from '../../ui/copy';
import { askName, askRename } from '../../ui/rename';
import { askTags } from '../../ui/tag-picker';

export const deploymentNouns: Nouns<DeploymentRow> = {
  one: m.one,
  many: m.many,
  name: (row) => row.name,
};

const icon = { size: 14 } as const;
const names = (rows: readonly DeploymentRow[]) => rows.map(({ name }) => name).join(', ');

export const deploymentLink = (row: { id: string }, tab = 'logs') => ({
  to: '/deployments/$deployment/$tab' as const,
  params: { deployment: row.id, tab },
});

export const targetOf = (row: { id: string }): ResourceTarget => ({
  type: 'Deployment',
  id: row.id,
});

export const hasContainer = (row: DeploymentRow): boolean => row.info.state !== 'not_deployed';
export const isUp = (row: DeploymentRow): boolean =>
  ['running', 'restarting', 'paused', 'unhealthy'].includes(row.info.state);

/** Why nothing can be done to it now, or null. */
export function hindered(row: DeploymentRow): string | null {
  if (!row.info.server_id) return m.why.noServer;
  const busy = row.info.busy ?? peekPending(pendingKey('deployments', row))?.operation;
  if (busy) return m.why.busy(operationProgress(busy));
  return row.info.state === 'unknown' ? m.why.unknown : null;
}

function deployable(row: DeploymentRow): true | string {
  if (!row.info.image && !row.info.build_id) return m.why.noImage;
  return hindered(row) ?? true;
}

type Operation = Extract<Name<'execute'>, 'Deploy' | `${string}Deployment`>;

/** Starts an execution on a deployment, which is shown as busy at once. */
export function run(operation: Operation, verb: string, row: { id: string; name: string }) {
  return whilePending(pendingKey('deployments', row), operation, () =>
    execute(
      operation,
      { deployment: row.id } as Params<'execute', typeof operation>,
      `${verb} ${row.name}`,
    ),
  );
}

const send = (operation: Operation, verb: string) => (row: DeploymentRow) =>
  run(operation, verb, row);

async function copy(row: DeploymentRow): Promise<void> {
  await askName({
    title: m.copyTitle(row.name),
    label: m.copyLabel,
    confirm: m.actions.copy,
    name: m.copyOf(row.name),
    save: async (name) => {
      const made = await write('CopyDeployment', { id: row.id, name }, m.copyTitle(row.name));
      if (made) void router.navigate(deploymentLink({ id: made._id.$oid }, 'config'));
      return made;
    },
  });
}

async function remove(row: DeploymentRow): Promise<void> {
  const gone = await write('DeleteDeployment', { id: row.id }, `${m.actions.delete} ${row.name}`);
  // Its own page has nothing to show any more.
  const here = router.state.location.pathname.startsWith(`/deployments/${row.id}`);
  if (gone && here) void router.navigate({ to: '/deployments' });
}

export const deploymentActions: ReadonlyArray<Action<DeploymentRow>> = [
  {
    id: 'deploy',
    label: m.actions.deploy,
    level: 0,
    bulk: true,
    shortcut: 'D',
    icon: <Rocket {...icon} />,
    applies: (row) => (isUp(row) ? null : deployable(row)),
    run: send('Deploy', m.actions.deploy),
  },
  {
    id: 'redeploy',
    label: m.actions.redeploy,
    level: 1,
    bulk: true,
    shortcut: 'D',
    icon: <Rocket {...icon} />,
    applies: (row) => (isUp(row) ? deployable(row) : null),
    impact: (rows) => m.impact.redeploy(names(rows)),
    run: send('Deploy', m.actions.deploy),
  },
  {
    id: 'start',
    label: m.actions.start,
    level: 0,
    bulk: true,
    icon: <Play {...icon} />,
    applies: (row) => (isUp(row) ? null : hasContainer(row) ? (hindered(row) ?? true) : null),
    run: send('StartDeployment', m.actions.start),
  },
  {
    id: 'restart',
    label: m.actions.restart,
    level: 1,
    bulk: true,
    shortcut: 'R',
    icon: <RotateCw {...icon} />,
    applies: (row) =>
      hasContainer(row) ? (hindered(row) ?? (isUp(row) ? true : m.why.notRunning)) : null,
    impact: (rows) => m.impact.restart(names(rows)),
    run: send('RestartDeployment', m.actions.restart),
  },
  {
    id: 'stop',
    label: m.actions.stop,
    level: 1,
    bulk: true,
    shortcut: 'S',
    icon: <Square {...icon} />,
    applies: (row) =>
      hasContainer(row) ? (hindered(row) ?? (isUp(row) ? true : m.why.notRunning)) : null,
    impact: (rows) => m.impact.stop(names(rows)),
    run: send('StopDeployment', m.actions.stop),
  },
  {
    id: 'pause',
    label: m.actions.pause,
    level: 1,
    bulk: true,
    icon: <Pause {...icon} />,
    applies: (row) => (row.info.state === 'running' ? (hindered(row) ?? true) : null),
    impact: (rows) => m.impact.pause(names(rows)),
    run: send('PauseDeployment', m.actions.pause),
  },
  {
    id: 'unpause',
    label: m.actions.unpause,
    level: 0,
    bulk: true,
    icon: <Play {...icon} />,
    applies: (row) => (row.info.state === 'paused' ? (hindered(row) ?? true) : null),
    run: send('UnpauseDeployment', m.actions.unpause),
  },
  {
    id: 'pull',
    label: m.actions.pull,
    level: 0,
    bulk: true,
    icon: <Download {...icon} />,
    applies: deployable,
    run: send('PullDeployment', m.actions.pull),
  },
  {
    id: 'copy',
    label: `${m.actions.copy}…`,
    level: 0,
    separated: true,
    icon: <Copy {...icon} />,
    applies: () => true,
    run: copy,
  },
  {
    id: 'rename',
    label: `${m.actions.rename}…`,
    level: 0,
    shortcut: 'F2',
    icon: <Pencil {...icon} />,
    applies: (row) => (row.info.busy ? m.why.busy(operationProgress(row.info.busy)) : true),
    run: (row) =>
      askRename(row.name, (name) =>
        write('RenameDeployment', { id: row.id, name }, `${m.actions.rename} ${row.name}`),
      ),
  },
  {
    id: 'tags',
    label: `${m.actions.tags}…`,
    level: 0,
    icon: <Tags {...icon} />,
    applies: () => true,
    run: (row) => askTags(targetOf(row), row.name, row.tags),
  },
  {
    id: 'toml',
    label: m.actions.toml,
    level: 0,
    icon: <FileCode {...icon} />,
    applies: () => true,
    run: (row) => exporting.set({ target: targetOf(row), name: row.name }),
  },
  {
    id: 'copy-id',
    label: m.actions.copyId,
    level: 0,
    applies: () => true,
    run: (row) => copyText(row.id, row.name),
  },
  {
    id: 'destroy',
    label: m.actions.destroy,
    level: 2,
    bulk: true,
    danger: true,
    separated: true,
    icon: <Trash2 {...icon} />,
    applies: (row) => (hasContainer(row) ? (hindered(row) ?? true) : null),
    impact: () => m.impact.destroy,
    run: send('DestroyDeployment', m.actions.destroy),
  },
  {
    id: 'delete',
    label: m.actions.delete,
    level: 3,
    bulk: true,
    danger: true,
    icon: <Trash2 {...icon} />,
    applies: (row) => (row.info.busy ? m.why.busy(operationProgress(row.info.busy)) : true),
    impact: () => m.impact.delete,
    run: remove,
  },
];

const READING = new Set(['toml', 'copy-id']);
const WRITING = new Set(['rename', 'tags', 'delete', 'copy']);

/** The level that an action needs on the deployment. */
export function levelOf(id: string): PermissionLevel {
  if (READING.has(id)) return 'Read';
  return WRITING.has(id) ? 'Write' : 'Execute';
}

export const palette: PaletteSource<DeploymentRow> = {
  topic: 'deployments',
  kind: 'Deployment',
  nouns: deploymentNouns,
  state: deploymentState,
  link: (row) => deploymentLink(row),
  logs: (row) => deploymentLink(row),
  words: (row) => [row.info.image, row.info.server_name].filter(Boolean),
  actions: deploymentActions,
};
