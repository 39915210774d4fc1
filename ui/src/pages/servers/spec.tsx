/** Servers as a list: columns, filter fields, groups. Used by /servers and the dashboard. */
import type { ServerRow } from '../../api/types';
import { Sparkline } from '../../chart/sparkline';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/servers';
import { percent, rate, share } from '../../lib/format';
import { serverState, severityOf } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { store } from '../../live/socket';
import { Time } from '../../ui/page';
import { Meter } from '../../ui/state';
import { serverActions, serverNouns } from './actions';

export const cpuOf = (row: ServerRow) => row.info.stats?.cpu_perc ?? null;
export const memoryOf = (row: ServerRow) =>
  share(row.info.stats?.mem_used_gb, row.info.stats?.mem_total_gb);
export const diskOf = (row: ServerRow) =>
  row.info.disk_worst?.perc ?? share(row.info.stats?.disk_used_gb, row.info.stats?.disk_total_gb);
const netOf = (row: ServerRow) => {
  const { stats } = row.info;
  return stats ? stats.network_ingress_bytes + stats.network_egress_bytes : null;
};

/** Tag names of a row, for filters and groups. */
export function tagNames(ids: readonly string[]): string[] {
  return ids.flatMap((id) => (store.row('tags', id) as { name?: string } | undefined)?.name ?? []);
}

function gauge(
  of: (row: ServerRow) => number | null,
  label: string,
  limits: (row: ServerRow) => readonly [number, number],
) {
  return (row: ServerRow) => {
    const value = of(row);
    if (value === null)
      return <span className="text-muted">{label === m.columns.cpu ? m.noData : ''}</span>;
    const [warning, critical] = limits(row);
    return (
      <Meter value={value} label={`${label} ${row.name}`} warning={warning} critical={critical} />
    );
  };
}

export const serverSpec: ListSpec<ServerRow> = {
  nouns: serverNouns,
  state: serverState,
  link: (row) => ({ to: '/servers/$server/$tab', params: { server: row.id, tab: 'overview' } }),
  extra: (row) => <TagChips ids={row.tags} />,
  nameWidth: 'minmax(180px, 2.4fr)',
  example: m.example,
  defaultSort: 'severity',
  severity: (row) => severityOf(serverState(row)[0]),
  actions: serverActions,
  columns: [
    {
      id: 'region',
      label: m.columns.region,
      width: 'minmax(56px, 0.5fr)',
      from: 860,
      cell: (row) => <span className="text-muted">{row.info.region}</span>,
      sort: (row) => row.info.region || null,
    },
    {
      id: 'cpu',
      label: m.columns.cpu,
      width: 'minmax(96px, 1.5fr)',
      cell: gauge(cpuOf, m.columns.cpu, (row) => [
        row.info.alerting_thresholds.cpu_warning,
        row.info.alerting_thresholds.cpu_critical,
      ]),
      sort: cpuOf,
    },
    {
      id: 'memory',
      label: m.columns.memory,
      width: 'minmax(96px, 1.5fr)',
      cell: gauge(memoryOf, m.columns.memory, (row) => [
        row.info.alerting_thresholds.mem_warning,
        row.info.alerting_thresholds.mem_critical,
      ]),
      sort: memoryOf,
    },
    {
      id: 'disk',
      label: m.columns.disk,
      width: 'minmax(96px, 1.5fr)',
      cell: gauge(diskOf, m.columns.disk, (row) => [
        row.info.alerting_thresholds.disk_warning,
        row.info.alerting_thresholds.disk_critical,
      ]),
      sort: diskOf,
    },
    {
      id: 'net',
      label: m.columns.net,
      width: '112px',
      from: 1240,
      cell: (row) =>
        row.info.stats && (
          <span className="text-muted">↓{rate(row.info.stats.network_ingress_bytes)}</span>
        ),
      sort: netOf,
    },
    {
      id: 'sparkline',
      label: m.columns.sparkline,
      width: '108px',
      from: 980,
      cell: (row) =>
        row.info.sparkline?.length ? (
          <Sparkline values={row.info.sparkline} max={100} label={m.sparkLabel(row.name)} />
        ) : null,
    },
    {
      id: 'containers',
      label: m.columns.containers,
      width: '92px',
      from: 740,
      cell: (row) => {
        const all = row.info.containers;
        if (!all) return null;
        if (all.unhealthy > 0)
          return <span className="text-crit">{m.unhealthy(all.unhealthy)}</span>;
        return <span className="text-muted">{m.up(all.running)}</span>;
      },
      sort: (row) => row.info.containers?.running ?? null,
    },
    {
      id: 'version',
      label: m.columns.version,
      width: '60px',
      from: 1360,
      cell: (row) => <span className="text-muted">{row.info.version}</span>,
      sort: (row) => row.info.version,
    },
    {
      id: 'seen',
      label: m.columns.seen,
      width: '64px',
      from: 860,
      cell: (row) => <Time ts={row.info.seen_ms} className="text-muted" />,
      sort: (row) => row.info.seen_ms ?? null,
    },
  ],
  fields: [
    { key: 'name', kind: 'text', value: (row) => row.name, help: m.fields.name },
    {
      key: 'tag',
      kind: 'text',
      value: (row) => tagNames(row.tags),
      help: m.fields.tag,
      exact: true,
      facet: m.facetTag,
    },
    {
      key: 'state',
      kind: 'text',
      value: (row) => serverState(row)[1],
      help: m.fields.state,
      facet: m.facetState,
    },
    {
      key: 'region',
      kind: 'text',
      value: (row) => row.info.region,
      help: m.fields.region,
      exact: true,
      facet: m.facetRegion,
    },
    {
      key: 'address',
      kind: 'text',
      value: (row) => [row.info.address ?? '', row.info.public_ip ?? ''],
      help: m.fields.address,
    },
    { key: 'version', kind: 'text', value: (row) => row.info.version, help: m.fields.version },
    { key: 'cpu', kind: 'number', value: cpuOf, help: m.fields.cpu },
    { key: 'mem', kind: 'number', value: memoryOf, help: m.fields.mem },
    { key: 'disk', kind: 'number', value: diskOf, help: m.fields.disk },
    {
      key: 'containers',
      kind: 'number',
      value: (row) => row.info.containers?.total,
      help: m.fields.containers,
    },
  ],
  groups: [
    { id: 'state', label: m.group.state, of: (row) => serverState(row)[1] },
    { id: 'tag', label: m.group.tag, of: (row) => tagNames(row.tags)[0] ?? '' },
    { id: 'region', label: m.group.region, of: (row) => row.info.region },
  ],
  phone: (row) => {
    const [tone, word] = serverState(row);
    if (row.info.state !== 'Ok') return word;
    const facts = m.phoneFacts(percent(cpuOf(row)), percent(memoryOf(row)), percent(diskOf(row)));
    return tone === 'ok' ? facts : `${word} · ${facts}`;
  },
  phoneAside: (row) =>
    row.info.state === 'Ok' ? (
      row.info.containers ? (
        m.up(row.info.containers.running)
      ) : (
        ''
      )
    ) : (
      <Time ts={row.info.seen_ms} />
    ),
};
