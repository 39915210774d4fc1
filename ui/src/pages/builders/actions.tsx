/** What can be done to a builder, and what it is in words. */
import { Hammer } from 'lucide-react';
import type { BuilderRow, ResourceTarget, ServerRow } from '../../api/types';
import { m } from '../../i18n/builders';
import type { Action, Nouns } from '../../lib/action';
import { commonActions } from '../../lib/resource-actions';
import { builderState, type StateWords } from '../../lib/states';
import { peekRow } from '../../live/hooks';
import type { PaletteSource } from '../../palette/source';
import { router } from '../../router';

export const builderNouns: Nouns<BuilderRow> = {
  one: m.one,
  many: m.many,
  name: (row) => row.name,
};

export const builderLink = (row: { id: string }, tab = 'config') => ({
  to: '/builders/$builder/$tab' as const,
  params: { builder: row.id, tab },
});

export const targetOf = (row: { id: string }): ResourceTarget => ({
  type: 'Builder',
  id: row.id,
});

function serverOf({ info }: BuilderRow): ServerRow | undefined {
  if (info.builder_type !== 'Server' || !info.instance_type) return undefined;
  return peekRow('servers', info.instance_type);
}

/** Its state, as its first server has it. Subscribe to `servers`. */
export function stateOf(row: BuilderRow): StateWords {
  return builderState(row, serverOf(row));
}

/** The server's name, the address, or the machine's type. */
export function whereOf(row: BuilderRow): string {
  const { builder_type, instance_type } = row.info;
  if (builder_type !== 'Server') return instance_type ?? '';
  if (!instance_type) return m.noServer;
  return serverOf(row)?.name ?? m.config.unknown(instance_type.slice(-6));
}

export const builderActions: ReadonlyArray<Action<BuilderRow>> = [
  {
    id: 'new-build',
    label: m.newBuild,
    level: 0,
    icon: <Hammer size={14} />,
    applies: (row) => (row.info.builder_type === 'Aws' ? m.awsNote : true),
    run: (row) =>
      void router.navigate({ to: '/builds', search: { new: true, builder: row.id } as never }),
  },
  ...commonActions<BuilderRow>({
    kind: 'Builder',
    path: '/builders',
    deleteLabel: m.deleteLabel,
    deleteImpact: m.deleteImpact,
  }),
];

export const palette: PaletteSource<BuilderRow> = {
  topic: 'builders',
  kind: m.kind,
  nouns: builderNouns,
  state: stateOf,
  link: (row) => builderLink(row),
  words: (row) => [whereOf(row), m.types[row.info.builder_type] ?? ''].filter(Boolean),
  actions: builderActions,
};
