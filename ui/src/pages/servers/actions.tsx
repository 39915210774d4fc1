/** What can be done to a server. */
import { Pencil, Power, PowerOff, RotateCw, Square, Trash2 } from 'lucide-react';
import type { ServerRow } from '../../api/types';
import { m } from '../../i18n/servers';
import type { Action, Nouns } from '../../lib/action';
import { execute, write } from '../../lib/run';
import { user } from '../../lib/session';
import { serverState } from '../../lib/states';
import type { PaletteSource } from '../../palette/source';
import { askRename, askTags } from '../../ui/ask';
import { copyText } from '../../ui/page';

export const serverNouns: Nouns<ServerRow> = {
  one: m.one,
  many: m.many,
  name: (row) => row.name,
};

const names = (rows: readonly ServerRow[]) => rows.map(({ name }) => name).join(', ');
const reachable = (row: ServerRow) => (row.info.state === 'Ok' ? true : m.notReachable);
const withDocker = (row: ServerRow) => {
  if (row.info.state !== 'Ok') return m.notReachable;
  return row.info.docker === null ? m.noDocker : true;
};
const icon = { size: 14 } as const;

/** Whether this user may change things at all; Core decides each case. */
function mayWrite<T>(applies: (row: T) => true | string | null): (row: T) => true | string | null {
  return (row) => (user.get()?.admin === false ? m.noPermission : applies(row));
}

export const pruneActions: ReadonlyArray<Action<ServerRow>> = [
  prune('containers', m.pruneContainers, 2, m.impactPruneContainers, 'PruneContainers'),
  prune('images', m.pruneImages, 2, m.impactPruneImages, 'PruneImages'),
  prune('networks', m.pruneNetworks, 2, m.impactPruneNetworks, 'PruneNetworks'),
  prune('builders', m.pruneBuilders, 2, m.impactPruneBuilders, 'PruneDockerBuilders'),
  prune('volumes', m.pruneVolumes, 3, m.impactPruneVolumes, 'PruneVolumes'),
  prune('system', m.pruneSystem, 3, m.impactPruneSystem, 'PruneSystem'),
];

function prune(
  id: string,
  label: string,
  level: 2 | 3,
  impact: string,
  request:
    | 'PruneContainers'
    | 'PruneImages'
    | 'PruneNetworks'
    | 'PruneVolumes'
    | 'PruneDockerBuilders'
    | 'PruneSystem',
): Action<ServerRow> {
  return {
    id: `prune-${id}`,
    label,
    level,
    danger: level === 3,
    applies: mayWrite(withDocker),
    impact: () => impact,
    run: (row) => execute(request, { server: row.id }, `${label} on ${row.name}`),
  };
}

export const serverActions: ReadonlyArray<Action<ServerRow>> = [
  {
    id: 'start-all',
    label: m.startAll,
    level: 0,
    icon: <Power {...icon} />,
    applies: mayWrite(withDocker),
    run: (row) => execute('StartAllContainers', { server: row.id }, `${m.startAll} on ${row.name}`),
  },
  {
    id: 'restart-all',
    label: m.restartAll,
    level: 1,
    icon: <RotateCw {...icon} />,
    applies: mayWrite(withDocker),
    impact: (rows) => m.impactRestartAll(names(rows)),
    run: (row) =>
      execute('RestartAllContainers', { server: row.id }, `${m.restartAll} on ${row.name}`),
  },
  {
    id: 'stop-all',
    label: m.stopAll,
    level: 2,
    icon: <Square {...icon} />,
    applies: mayWrite(withDocker),
    impact: (rows) => m.impactStopAll(names(rows)),
    run: (row) => execute('StopAllContainers', { server: row.id }, `${m.stopAll} on ${row.name}`),
  },
  {
    id: 'enable',
    label: m.enable,
    level: 0,
    bulk: true,
    separated: true,
    icon: <Power {...icon} />,
    applies: mayWrite((row) => (row.info.state === 'Disabled' ? true : null)),
    run: (row) =>
      write('UpdateServer', { id: row.id, config: { enabled: true } }, `${m.enable} ${row.name}`),
  },
  {
    id: 'disable',
    label: m.disable,
    level: 1,
    bulk: true,
    separated: true,
    icon: <PowerOff {...icon} />,
    applies: mayWrite((row) => (row.info.state === 'Disabled' ? null : true)),
    impact: () => m.impactDisable,
    run: (row) =>
      write('UpdateServer', { id: row.id, config: { enabled: false } }, `${m.disable} ${row.name}`),
  },
  {
    id: 'rename',
    label: `${m.rename}…`,
    level: 0,
    shortcut: 'F2',
    icon: <Pencil {...icon} />,
    applies: mayWrite(() => true),
    run: (row) =>
      askRename(row.name, (name) =>
        write('RenameServer', { id: row.id, name }, `${m.rename} ${row.name}`),
      ),
  },
  {
    id: 'tags',
    label: `${m.tags}…`,
    level: 0,
    applies: mayWrite(() => true),
    run: (row) => askTags({ type: 'Server', id: row.id }, row.name, row.tags),
  },
  {
    id: 'copy-id',
    label: m.copyId,
    level: 0,
    applies: () => true,
    run: (row) => copyText(row.id, row.name),
  },
  {
    id: 'delete',
    label: m.deleteServer,
    level: 3,
    bulk: true,
    danger: true,
    separated: true,
    icon: <Trash2 {...icon} />,
    applies: mayWrite(() => true),
    impact: () => m.impactDelete,
    run: (row) => write('DeleteServer', { id: row.id }, `${m.deleteServer} ${row.name}`),
  },
];

export { reachable };

export const palette: PaletteSource<ServerRow> = {
  topic: 'servers',
  kind: 'Server',
  nouns: serverNouns,
  state: serverState,
  link: (row) => ({ to: '/servers/$server/$tab', params: { server: row.id, tab: 'overview' } }),
  words: (row) =>
    [row.info.region, row.info.address ?? '', row.info.public_ip ?? ''].filter(Boolean),
  actions: [...serverActions, ...pruneActions],
};
