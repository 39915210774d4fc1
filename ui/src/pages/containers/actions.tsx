/** What can be done to a container. */
import { Boxes, Copy, Pause, Play, RotateCw, ScrollText, Square, Trash2 } from 'lucide-react';
import { m } from '../../i18n/containers';
import type { Action, Nouns } from '../../lib/action';
import { operationProgress } from '../../lib/operation';
import { peekPending, whilePending } from '../../lib/pending';
import { execute, write } from '../../lib/run';
import { containerState } from '../../lib/states';
import type { PaletteSource } from '../../palette/source';
import { router } from '../../router';
import { copyText } from '../../ui/page';
import { askName } from '../../ui/rename';
import type { Container } from './figures';

export const containerNouns: Nouns<Container> = {
  one: m.one,
  many: m.many,
  name: (row) => row.name,
};

const icon = { size: 14 } as const;
const names = (rows: readonly Container[]) => rows.map(({ name }) => name).join(', ');

export const containerLink = (row: Container, tab = 'logs') => ({
  to: '/servers/$server/containers/$name/$tab' as const,
  params: { server: row.server_id ?? '', name: row.name, tab },
});

/** Why it cannot take an action now, or null. */
function hindered(row: Container): string | null {
  if (row.state === '') return m.why.unknown;
  const busy = row.busy ?? peekPending(row.id)?.operation;
  return busy ? m.why.busy(operationProgress(busy)) : null;
}

const runs = (row: Container) => row.state === 'running' || row.state === 'restarting';

type Verb = 'Start' | 'Stop' | 'Restart' | 'Pause' | 'Unpause' | 'Destroy';

function send(verb: Verb) {
  return (row: Container) =>
    whilePending(row.id, `${verb}Container`, () =>
      execute(
        `${verb}Container`,
        { server: row.server_id ?? '', container: row.name },
        `${verb} ${row.name}`,
      ),
    );
}

/** Makes a deployment that describes the container, and opens its config. */
export function adopt(row: Container): Promise<void> {
  return askName({
    title: m.adoptTitle(row.name),
    label: m.adoptLabel,
    confirm: m.adoptConfirm,
    name: row.name,
    save: (name) => adoptAs(row, name),
  });
}

async function adoptAs(row: Container, name: string): Promise<unknown> {
  // The request names the container; the deployment is renamed after, where another name is wanted.
  const made = await write(
    'CreateDeploymentFromContainer',
    { name: row.name, server: row.server_id ?? '' },
    m.actions.adopt,
  );
  if (!made) return null;
  const id = made._id.$oid;
  if (name !== row.name) await write('RenameDeployment', { id, name }, m.actions.adopt);
  void router.navigate({
    to: '/deployments/$deployment/$tab',
    params: { deployment: id, tab: 'config' },
  });
  return made;
}

export const containerActions: ReadonlyArray<Action<Container>> = [
  {
    id: 'start',
    label: m.actions.start,
    level: 0,
    bulk: true,
    icon: <Play {...icon} />,
    applies: (row) => (runs(row) || row.state === 'paused' ? null : (hindered(row) ?? true)),
    run: send('Start'),
  },
  {
    id: 'restart',
    label: m.actions.restart,
    level: 1,
    bulk: true,
    shortcut: 'R',
    icon: <RotateCw {...icon} />,
    applies: (row) => hindered(row) ?? (runs(row) ? true : m.why.notRunning),
    impact: (rows) => m.impact.restart(names(rows)),
    run: send('Restart'),
  },
  {
    id: 'stop',
    label: m.actions.stop,
    level: 1,
    bulk: true,
    shortcut: 'S',
    icon: <Square {...icon} />,
    applies: (row) =>
      hindered(row) ?? (runs(row) || row.state === 'paused' ? true : m.why.notRunning),
    impact: (rows) => m.impact.stop(names(rows)),
    run: send('Stop'),
  },
  {
    id: 'pause',
    label: m.actions.pause,
    level: 1,
    bulk: true,
    icon: <Pause {...icon} />,
    applies: (row) => (row.state === 'running' ? (hindered(row) ?? true) : null),
    impact: (rows) => m.impact.pause(names(rows)),
    run: send('Pause'),
  },
  {
    id: 'unpause',
    label: m.actions.unpause,
    level: 0,
    bulk: true,
    icon: <Play {...icon} />,
    applies: (row) => (row.state === 'paused' ? (hindered(row) ?? true) : null),
    run: send('Unpause'),
  },
  {
    id: 'logs',
    label: m.actions.logs,
    level: 0,
    separated: true,
    icon: <ScrollText {...icon} />,
    applies: () => true,
    run: (row) => router.navigate(containerLink(row) as never),
  },
  {
    id: 'adopt',
    label: `${m.actions.adopt}…`,
    level: 0,
    icon: <Boxes {...icon} />,
    applies: (row) => (row.resource ? null : row.state === '' ? m.why.unknown : true),
    run: adopt,
  },
  {
    id: 'copy-id',
    label: m.actions.copyId,
    level: 0,
    icon: <Copy {...icon} />,
    applies: (row) => (row.container_id ? true : null),
    run: (row) => copyText(row.container_id ?? '', row.name),
  },
  {
    id: 'destroy',
    label: m.actions.destroy,
    level: 2,
    bulk: true,
    danger: true,
    separated: true,
    icon: <Trash2 {...icon} />,
    applies: (row) => hindered(row) ?? true,
    impact: () => m.impact.destroy,
    run: send('Destroy'),
  },
];

export const palette: PaletteSource<Container> = {
  topic: 'containers',
  kind: 'Container',
  nouns: containerNouns,
  state: containerState,
  link: (row) => containerLink(row),
  logs: (row) => containerLink(row),
  words: (row) => [row.server_name ?? '', row.image ?? ''].filter(Boolean),
  actions: containerActions,
};
