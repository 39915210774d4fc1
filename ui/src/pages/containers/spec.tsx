/** Containers as a list: columns, filter fields, groups. Used by /containers and a server's tab. */
import { Link } from '@tanstack/react-router';
import { parseFilter } from '../../grid/filter';
import type { ListState } from '../../grid/list-state';
import type { Column, ListSpec } from '../../grid/types';
import { m } from '../../i18n/containers';
import { bytes, imageName, percent } from '../../lib/format';
import { containerState, severityOf } from '../../lib/states';
import { targetLink, targetName } from '../../lib/targets';
import { peekRow, useRow } from '../../live/hooks';
import { Time } from '../../ui/page';
import { Badge } from '../../ui/state';
import { containerActions, containerLink, containerNouns } from './actions';
import { type Container, cpuOf, hostOf, memoryOf, portLinks } from './figures';

/** State with what it was, while it is not known. */
export function stateOf(row: Container) {
  const words = containerState(row);
  if (row.state !== '' || row.busy || !row.last_state) return words;
  return [words[0], `${words[1]}, ${m.wasState(row.last_state)}`] as const;
}

export function Ports({ row, max }: { row: Container; max?: number }) {
  const links = portLinks(row.ports, hostOf(peekRow('servers', row.server_id ?? '')));
  const shown = max ? links.slice(0, max) : links;
  return (
    <span className="flex min-w-0 flex-wrap gap-x-2.5 overflow-hidden">
      {shown.map(({ text, href }) =>
        href ? (
          <a
            key={text}
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-block py-0.5 whitespace-nowrap text-accent hover:underline"
          >
            {text}
          </a>
        ) : (
          <span key={text} className="whitespace-nowrap text-muted">
            {text}
          </span>
        ),
      )}
      {links.length > shown.length && (
        <span
          className="text-muted"
          data-tip={links
            .slice(shown.length)
            .map(({ text }) => text)
            .join(', ')}
        >
          +{links.length - shown.length}
        </span>
      )}
    </span>
  );
}

function Owner({ row }: { row: Container }) {
  const link = row.resource ? targetLink(row.resource) : null;
  const name = row.resource ? targetName(row.resource) : '';
  if (!link || !name) return null;
  return (
    <Link
      to={link.to as string}
      params={link.params as never}
      className="block truncate py-1 text-muted hover:text-fg hover:underline"
    >
      {name}
    </Link>
  );
}

const server: Column<Container> = {
  id: 'server',
  label: m.columns.server,
  width: 'minmax(90px,1fr)',
  from: 700,
  sort: (row) => row.server_name,
  cell: (row) => (
    <Link
      to="/servers/$server/$tab"
      params={{ server: row.server_id ?? '', tab: 'overview' }}
      className="block truncate py-1 text-muted hover:text-fg hover:underline"
    >
      {row.server_name}
    </Link>
  ),
};

const columns: ReadonlyArray<Column<Container>> = [
  {
    id: 'image',
    label: m.columns.image,
    width: 'minmax(120px,1.6fr)',
    sort: (row) => row.image,
    cell: (row) => (
      <code className="truncate text-muted" data-tip={row.image ?? ''}>
        {imageName(row.image)}
      </code>
    ),
  },
  server,
  {
    id: 'owner',
    label: m.columns.owner,
    width: 'minmax(80px,.8fr)',
    from: 1200,
    sort: (row) => (row.resource ? targetName(row.resource) : null),
    cell: (row) => <Owner row={row} />,
  },
  {
    id: 'cpu',
    label: m.columns.cpu,
    width: '64px',
    align: 'right',
    sort: (row) => cpuOf(peekStats(row)),
    cell: (row) => <Cpu row={row} />,
  },
  {
    id: 'mem',
    label: m.columns.memory,
    width: '80px',
    align: 'right',
    sort: (row) => memoryOf(peekStats(row)),
    cell: (row) => <Memory row={row} />,
  },
  {
    id: 'ports',
    label: m.columns.ports,
    width: 'minmax(90px,1fr)',
    from: 860,
    sort: (row) => row.ports?.find(({ PublicPort }) => PublicPort)?.PublicPort,
    cell: (row) => <Ports row={row} max={2} />,
  },
  {
    id: 'status',
    label: m.columns.status,
    width: 'minmax(100px,1fr)',
    from: 620,
    sort: (row) => stateOf(row)[1],
    cell: (row) => (
      <span className="truncate text-muted" data-tip={row.status ?? ''}>
        {row.busy ? stateOf(row)[1] : row.status || stateOf(row)[1]}
      </span>
    ),
  },
  {
    id: 'created',
    label: m.columns.created,
    width: '64px',
    align: 'right',
    from: 1040,
    sort: (row) => row.created,
    cell: (row) => <Time ts={createdMs(row)} bare className="text-muted" />,
  },
];

/** Docker counts seconds, Monitor milliseconds. */
export function createdMs(row: Container): number | null {
  if (!row.created) return null;
  return row.created < 1e11 ? row.created * 1000 : row.created;
}

const peekStats = (row: Container) => peekRow('container_stats', row.id);

/** Figures are rows of their own: only the cells in view are sent them and render with them. */
function Cpu({ row }: { row: Container }) {
  const stats = useRow('container_stats', row.id);
  return row.state === 'running' && stats ? percent(cpuOf(stats), true) : null;
}

function Memory({ row }: { row: Container }) {
  const stats = useRow('container_stats', row.id);
  return row.state === 'running' && stats ? bytes(memoryOf(stats)) : null;
}

/** Whether a list is ordered or narrowed by figures; then it has to look at all of them. */
export function byFigures({ q, sort }: ListState): boolean {
  return (
    ['cpu', 'mem'].includes(sort.replace('-', '')) ||
    parseFilter(q).some(({ key }) => key === 'cpu' || key === 'mem')
  );
}

export const containerSpec: ListSpec<Container> = {
  nouns: containerNouns,
  state: stateOf,
  link: (row) => containerLink(row),
  extra: (row) => (row.health === 'unhealthy' ? <Badge tone="crit">unhealthy</Badge> : null),
  columns,
  actions: containerActions,
  defaultSort: 'severity',
  severity: (row) => severityOf(containerState(row)[0]),
  example: m.example,
  fields: [
    { key: 'name', kind: 'text', help: m.fields.name, value: (row) => row.name },
    {
      key: 'state',
      kind: 'text',
      exact: true,
      facet: m.facetState,
      help: m.fields.state,
      value: (row) => containerState(row)[1].toLowerCase(),
    },
    {
      key: 'server',
      kind: 'text',
      facet: m.facetServer,
      help: m.fields.server,
      value: (row) => row.server_name,
    },
    { key: 'image', kind: 'text', help: m.fields.image, value: (row) => row.image },
    { key: 'network', kind: 'text', help: m.fields.network, value: (row) => row.networks },
    {
      key: 'port',
      kind: 'text',
      exact: true,
      help: m.fields.port,
      value: (row) => (row.ports ?? []).flatMap(({ PublicPort }) => PublicPort?.toString() ?? []),
    },
    { key: 'cpu', kind: 'number', help: m.fields.cpu, value: (row) => cpuOf(peekStats(row)) },
    { key: 'mem', kind: 'size', help: m.fields.mem, value: (row) => memoryOf(peekStats(row)) },
    {
      key: 'age',
      kind: 'age',
      help: m.fields.age,
      value: (row) => {
        const created = createdMs(row);
        return created ? Date.now() - created : null;
      },
    },
    {
      key: 'managed',
      kind: 'flag',
      help: m.fields.managed,
      value: (row) => (row.resource ? 'yes' : 'no'),
    },
  ],
  groups: [
    { id: 'server', label: m.group.server, of: (row) => row.server_name ?? '' },
    { id: 'state', label: m.group.state, of: (row) => containerState(row)[1] },
    { id: 'image', label: m.group.image, of: (row) => imageName(row.image) },
    { id: 'network', label: m.group.network, of: (row) => row.networks?.[0] ?? '' },
  ],
  phone: (row) => (
    <>
      {stateOf(row)[1]} · {row.server_name} · {imageName(row.image)}
    </>
  ),
  phoneAside: (row) => <Cpu row={row} />,
};

/** Without the server's column, for the list on a server's own page. */
export const serverContainerSpec: ListSpec<Container> = {
  ...containerSpec,
  columns: columns.filter((column) => column !== server),
  fields: containerSpec.fields.filter(({ key }) => key !== 'server'),
  groups: (containerSpec.groups ?? []).filter(({ id }) => id !== 'server'),
  phone: (row) => (
    <>
      {stateOf(row)[1]} · {imageName(row.image)}
    </>
  ),
};
