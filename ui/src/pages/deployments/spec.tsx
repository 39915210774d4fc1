/** Deployments as a list. */
import { Link } from '@tanstack/react-router';
import type { DeploymentRow } from '../../api/types';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/deployments';
import { imageName } from '../../lib/format';
import { deploymentState, severityOf } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { peekRow } from '../../live/hooks';
import { Badge } from '../../ui/state';
import { deploymentActions, deploymentLink, deploymentNouns } from './actions';

const tagNames = (row: DeploymentRow) => row.tags.flatMap((id) => peekRow('tags', id)?.name ?? []);

export const deploymentSpec: ListSpec<DeploymentRow> = {
  nouns: deploymentNouns,
  state: deploymentState,
  link: (row) => deploymentLink(row),
  extra: (row) => (
    <>
      {row.info.update_available && <Badge tone="busy">{m.update}</Badge>}
      <TagChips ids={row.tags} />
    </>
  ),
  actions: deploymentActions,
  defaultSort: 'severity',
  severity: (row) => severityOf(deploymentState(row)[0]),
  example: m.example,
  columns: [
    {
      id: 'image',
      label: m.columns.image,
      width: 'minmax(140px,1.6fr)',
      sort: (row) => row.info.image,
      cell: (row) => (
        <code className="truncate text-muted" data-tip={row.info.image}>
          {row.info.image ? imageName(row.info.image) : m.noImage}
        </code>
      ),
    },
    {
      id: 'server',
      label: m.columns.server,
      width: 'minmax(100px,1fr)',
      sort: (row) => row.info.server_name,
      cell: (row) =>
        row.info.server_id ? (
          <Link
            to="/servers/$server/$tab"
            params={{ server: row.info.server_id, tab: 'overview' }}
            className="block truncate py-1 text-muted hover:text-fg hover:underline"
          >
            {row.info.server_name}
          </Link>
        ) : (
          <span className="text-faint">{m.noServer}</span>
        ),
    },
    {
      id: 'status',
      label: m.columns.status,
      width: 'minmax(120px,1.2fr)',
      from: 600,
      sort: (row) => deploymentState(row)[1],
      cell: (row) => (
        <span className="truncate text-muted" data-tip={row.info.status ?? ''}>
          {row.info.busy ? deploymentState(row)[1] : row.info.status || deploymentState(row)[1]}
        </span>
      ),
    },
  ],
  fields: [
    { key: 'name', kind: 'text', help: m.fields.name, value: (row) => row.name },
    {
      key: 'state',
      kind: 'text',
      exact: true,
      facet: m.facetState,
      help: m.fields.state,
      value: (row) => deploymentState(row)[1].toLowerCase(),
    },
    {
      key: 'server',
      kind: 'text',
      facet: m.facetServer,
      help: m.fields.server,
      value: (row) => row.info.server_name,
    },
    { key: 'image', kind: 'text', help: m.fields.image, value: (row) => row.info.image },
    { key: 'tag', kind: 'text', facet: m.facetTag, help: m.fields.tag, value: tagNames },
    {
      key: 'has',
      kind: 'flag',
      help: m.fields.has,
      value: (row) => (row.info.update_available ? 'update' : []),
    },
  ],
  groups: [
    { id: 'server', label: m.group.server, of: (row) => row.info.server_name },
    { id: 'state', label: m.group.state, of: (row) => deploymentState(row)[1] },
    { id: 'tag', label: m.group.tag, of: (row) => tagNames(row)[0] ?? '' },
    { id: 'image', label: m.group.image, of: (row) => imageName(row.info.image) },
  ],
  phone: (row) => (
    <>
      {deploymentState(row)[1]} · {row.info.server_name || m.noServer} ·{' '}
      {row.info.image ? imageName(row.info.image) : m.noImage}
    </>
  ),
};
