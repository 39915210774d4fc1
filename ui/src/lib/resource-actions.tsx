/** What can be done to every resource alike: copy, rename, tags, TOML, id, delete. */
import { Copy, FileCode, Pencil, Tags, Trash2 } from 'lucide-react';
import type { Name, Params, PermissionLevel, ResourceTarget } from '../api/types';
import { m } from '../i18n/common';
import { router } from '../router';
import { askName, askRename, askTags } from '../ui/ask';
import { copyText } from '../ui/copy';
import type { Action } from './action';
import { exporting } from './exporting';
import { operationProgress } from './operation';
import { write } from './run';

interface Common {
  id: string;
  name: string;
  tags: readonly string[];
}

export interface CommonOf<T> {
  kind: 'Build' | 'Builder' | 'Repo';
  /** The list's path, such as `/builds`; pages are below it. */
  path: string;
  deleteLabel: string;
  deleteImpact: string;
  /** The operation that runs on it, which renaming and deleting have to wait for. */
  busy?: (row: T) => string | null | undefined;
}

const icon = { size: 14 } as const;

/** `CopyBuild` and the like: their parameters differ by nothing but the kind. */
function change(verb: 'Copy' | 'Rename' | 'Delete', kind: string, params: object, title: string) {
  const name = `${verb}${kind}` as Name<'write'>;
  return write(name, params as Params<'write', typeof name>, title);
}

async function copy(of: CommonOf<never>, row: Common): Promise<void> {
  const title = m.copyTitle(row.name);
  await askName({
    title,
    label: m.copyLabel,
    confirm: m.duplicate,
    name: m.copyOf(row.name),
    save: async (name) => {
      const made = (await change('Copy', of.kind, { id: row.id, name }, title)) as {
        _id: { $oid: string };
      } | null;
      if (made) void router.navigate({ to: `${of.path}/${made._id.$oid}/config` });
      return made;
    },
  });
}

async function remove(of: CommonOf<never>, row: Common): Promise<void> {
  const gone = await change('Delete', of.kind, { id: row.id }, `${of.deleteLabel} ${row.name}`);
  // Its own page has nothing to show any more.
  const here = router.state.location.pathname.startsWith(`${of.path}/${row.id}`);
  if (gone && here) void router.navigate({ to: of.path });
}

export function commonActions<T extends Common>(of: CommonOf<T>): ReadonlyArray<Action<T>> {
  const target = (row: T): ResourceTarget => ({ type: of.kind, id: row.id });
  const free = (row: T) => {
    const busy = of.busy?.(row);
    return busy ? m.busyWhy(operationProgress(busy)) : true;
  };
  return [
    {
      id: 'copy',
      label: `${m.duplicate}…`,
      level: 0,
      separated: true,
      icon: <Copy {...icon} />,
      applies: () => true,
      run: (row) => copy(of as CommonOf<never>, row),
    },
    {
      id: 'rename',
      label: `${m.rename}…`,
      level: 0,
      shortcut: 'F2',
      icon: <Pencil {...icon} />,
      applies: free,
      run: (row) =>
        askRename(row.name, (name) =>
          change('Rename', of.kind, { id: row.id, name }, m.renameTitle(row.name)),
        ),
    },
    {
      id: 'tags',
      label: `${m.tags}…`,
      level: 0,
      icon: <Tags {...icon} />,
      applies: () => true,
      run: (row) => askTags(target(row), row.name, row.tags),
    },
    {
      id: 'toml',
      label: m.exportToml,
      level: 0,
      icon: <FileCode {...icon} />,
      applies: () => true,
      run: (row) => exporting.set({ target: target(row), name: row.name }),
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
      label: of.deleteLabel,
      level: 3,
      bulk: true,
      danger: true,
      separated: true,
      icon: <Trash2 {...icon} />,
      applies: free,
      impact: () => of.deleteImpact,
      run: (row) => remove(of as CommonOf<never>, row),
    },
  ];
}

const READING = new Set(['toml', 'copy-id']);
const WRITING = new Set(['rename', 'tags', 'delete', 'copy']);

/** The level that an action needs on the resource. */
export function levelOf(id: string): PermissionLevel {
  if (READING.has(id)) return 'Read';
  return WRITING.has(id) ? 'Write' : 'Execute';
}
