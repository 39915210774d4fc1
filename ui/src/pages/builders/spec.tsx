/** Builders as a list. */
import type { BuilderRow } from '../../api/types';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/builders';
import { severityOf } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { peekRow } from '../../live/hooks';
import { store } from '../../live/socket';
import { StateWord } from '../../ui/state';
import { builderActions, builderLink, builderNouns, stateOf, whereOf } from './actions';

const tagNames = (row: BuilderRow) => row.tags.flatMap((id) => peekRow('tags', id)?.name ?? []);
const typeOf = (row: BuilderRow) => m.types[row.info.builder_type] ?? row.info.builder_type;

/** How many builds use it, as far as they are known here. */
function uses(row: BuilderRow): number {
  return store
    .rows('builds')
    .rows.filter(
      (build) => (build as { info?: { builder_id?: string } }).info?.builder_id === row.id,
    ).length;
}

export const builderSpec: ListSpec<BuilderRow> = {
  nouns: builderNouns,
  state: stateOf,
  link: (row) => builderLink(row),
  extra: (row) => <TagChips ids={row.tags} />,
  actions: builderActions,
  defaultSort: 'severity',
  severity: (row) => severityOf(stateOf(row)[0]),
  example: m.example,
  columns: [
    {
      id: 'state',
      label: m.columns.state,
      width: '160px',
      sort: (row) => stateOf(row)[1],
      cell: (row) => <StateWord state={stateOf(row)} />,
    },
    {
      id: 'type',
      label: m.columns.type,
      width: '96px',
      sort: typeOf,
      cell: (row) => <span className="text-muted">{typeOf(row)}</span>,
    },
    {
      id: 'where',
      label: m.columns.where,
      width: 'minmax(140px,1.6fr)',
      sort: whereOf,
      cell: (row) => <span className="truncate text-muted">{whereOf(row)}</span>,
    },
    {
      id: 'builds',
      label: m.columns.builds,
      width: '96px',
      from: 600,
      sort: uses,
      cell: (row) => (
        <span className="text-muted">{uses(row) > 0 ? m.uses(uses(row)) : m.unused}</span>
      ),
    },
  ],
  fields: [
    { key: 'name', kind: 'text', help: m.fields.name, value: (row) => row.name },
    {
      key: 'type',
      kind: 'text',
      facet: m.columns.type,
      help: m.fields.type,
      value: (row) => typeOf(row).toLowerCase(),
    },
    {
      key: 'state',
      kind: 'text',
      exact: true,
      help: m.fields.state,
      value: (row) => stateOf(row)[1].toLowerCase(),
    },
    { key: 'tag', kind: 'text', help: m.fields.tag, value: tagNames },
  ],
  phone: (row) => (
    <>
      {stateOf(row)[1]} · {typeOf(row)} · {whereOf(row)}
    </>
  ),
};
