/** How images, networks and volumes are listed, and what can be done to them. */
import { Trash2 } from 'lucide-react';
import type { ImageRow, NetworkRow, ServerRow, VolumeRow } from '../../api/types';
import type { Column, ListSpec } from '../../grid/types';
import { m } from '../../i18n/server-page';
import type { Action } from '../../lib/action';
import { bytes, shortId } from '../../lib/format';
import { memo } from '../../lib/memo';
import { execute } from '../../lib/run';
import { copyText, Time } from '../../ui/page';

type Usage = { in_use: boolean };

const usage = {
  key: 'usage',
  kind: 'text',
  value: (row: Usage) => (row.in_use ? m.inUse : m.unused),
  help: m.usageHelp,
  exact: true,
  facet: m.usage,
} as const;

const usageState = (row: Usage) =>
  row.in_use ? (['ok', m.inUse] as const) : (['off', m.unused] as const);

const usageColumn = {
  id: 'usage',
  label: m.usage,
  width: '72px',
  cell: (row: Usage) => <span className="text-muted">{row.in_use ? m.inUse : m.unused}</span>,
  sort: (row: Usage) => (row.in_use ? 0 : 1),
};

interface Made {
  driver?: string | null;
  size?: number | null;
}

const driverColumn = (width: string) => ({
  id: 'driver',
  label: m.driver,
  width,
  cell: (row: Made) => <span className="text-muted">{row.driver}</span>,
  sort: (row: Made) => row.driver,
});

const sizeColumn = (from = 0) => ({
  id: 'size',
  label: m.size,
  width: '88px',
  align: 'right' as const,
  from,
  cell: (row: Made) => bytes(row.size),
  sort: (row: Made) => row.size,
});

/** `of` answers when a row was made, in ms. */
function createdColumn<T>(from: number, of: (row: T) => number | null): Column<T> {
  return {
    id: 'created',
    label: m.created,
    width: '88px',
    from,
    cell: (row) => <Time ts={of(row)} className="text-muted" />,
    sort: of,
  };
}

const icon = <Trash2 size={14} />;
const iso = (text: string | null) => (text ? Date.parse(text) || null : null);

/** A specification per server, made once: lists compare it by identity. */
export const imageSpec = memo(
  ({ id, name }: ServerRow): ListSpec<ImageRow> => {
    const nameOf = (row: ImageRow) => row.name || row.tags[0] || m.untagged;
    return {
      nouns: { one: m.image, many: m.images, name: nameOf },
      state: usageState,
      link: () => null,
      nameWidth: 'minmax(200px, 3fr)',
      defaultSort: 'name',
      example: 'name:postgres size>1g',
      columns: [
        {
          id: 'id',
          label: m.id,
          width: '112px',
          from: 620,
          cell: (row) => <code className="text-muted">{shortId(row.id)}</code>,
        },
        sizeColumn(),
        createdColumn(620, (row) => row.created * 1000),
        usageColumn,
      ],
      fields: [
        { key: 'name', kind: 'text', value: (row) => [nameOf(row), ...row.tags], help: m.nameHelp },
        { key: 'size', kind: 'size', value: (row) => row.size, help: m.sizeHelp },
        {
          key: 'age',
          kind: 'age',
          value: (row) => Date.now() - row.created * 1000,
          help: m.ageHelp,
        },
        usage,
      ],
      actions: [
        {
          id: 'copy',
          label: m.copyId,
          level: 0,
          applies: () => true,
          run: (row) => copyText(row.id, nameOf(row)),
        },
        deletion<ImageRow>(2, m.impactImage, nameOf, (row) =>
          execute(
            'DeleteImage',
            { server: id, name: row.id },
            `${m.deleteOne} ${nameOf(row)} on ${name}`,
          ),
        ),
      ],
      phone: (row) => `${bytes(row.size)} · ${row.in_use ? m.inUse : m.unused}`,
    };
  },
  ({ id, name }) => `${id} ${name}`,
);

/** Networks that Docker makes itself and that cannot be deleted. */
const BUILT_IN = new Set(['bridge', 'host', 'none']);

export const networkSpec = memo(
  ({ id, name }: ServerRow): ListSpec<NetworkRow> => {
    const nameOf = (row: NetworkRow) => row.name ?? row.id;
    return {
      nouns: { one: m.network, many: m.networks, name: nameOf },
      state: usageState,
      link: () => null,
      defaultSort: 'name',
      example: 'name:apps driver:bridge',
      columns: [
        driverColumn('minmax(72px, 1fr)'),
        {
          id: 'subnet',
          label: m.subnet,
          width: 'minmax(120px, 1fr)',
          from: 620,
          cell: (row) => <code className="text-muted">{row.ipam_subnet}</code>,
          sort: (row) => row.ipam_subnet,
        },
        {
          id: 'scope',
          label: m.scope,
          width: '72px',
          from: 760,
          cell: (row) => <span className="text-muted">{row.scope}</span>,
        },
        createdColumn(760, (row) => iso(row.created)),
        usageColumn,
      ],
      fields: [
        { key: 'name', kind: 'text', value: nameOf, help: m.nameHelp },
        {
          key: 'driver',
          kind: 'text',
          value: (row) => row.driver,
          help: m.driver,
          exact: true,
          facet: m.driver,
        },
        { key: 'subnet', kind: 'text', value: (row) => row.ipam_subnet, help: m.subnet },
        usage,
      ],
      actions: [
        {
          id: 'copy',
          label: m.copyId,
          level: 0,
          applies: () => true,
          run: (row) => copyText(row.id, nameOf(row)),
        },
        deletion<NetworkRow>(
          2,
          m.impactNetwork,
          nameOf,
          (row) =>
            execute(
              'DeleteNetwork',
              { server: id, name: nameOf(row) },
              `${m.deleteOne} ${nameOf(row)} on ${name}`,
            ),
          (row) => (BUILT_IN.has(row.name ?? '') ? m.systemReason : null),
        ),
      ],
      phone: (row) => [row.driver, row.ipam_subnet].filter(Boolean).join(' · '),
    };
  },
  ({ id, name }) => `${id} ${name}`,
);

export const volumeSpec = memo(
  ({ id, name }: ServerRow): ListSpec<VolumeRow> => ({
    nouns: { one: m.volume, many: m.volumes, name: (row) => row.name },
    state: usageState,
    link: () => null,
    nameWidth: 'minmax(180px, 2fr)',
    defaultSort: 'name',
    example: 'name:data usage:unused',
    columns: [
      driverColumn('minmax(64px, 0.6fr)'),
      {
        id: 'mountpoint',
        label: m.mountpoint,
        width: 'minmax(160px, 2fr)',
        from: 760,
        cell: (row) => <code className="text-muted">{row.mountpoint}</code>,
      },
      sizeColumn(620),
      createdColumn(620, (row) => iso(row.created)),
      usageColumn,
    ],
    fields: [
      { key: 'name', kind: 'text', value: (row) => row.name, help: m.nameHelp },
      { key: 'driver', kind: 'text', value: (row) => row.driver, help: m.driver, exact: true },
      { key: 'size', kind: 'size', value: (row) => row.size, help: m.sizeHelp },
      usage,
    ],
    actions: [
      {
        id: 'copy',
        label: m.copyMount,
        level: 0,
        applies: () => true,
        run: (row) => copyText(row.mountpoint, row.name),
      },
      deletion<VolumeRow>(
        3,
        m.impactVolume,
        (row) => row.name,
        (row) =>
          execute(
            'DeleteVolume',
            { server: id, name: row.name },
            `${m.deleteOne} ${row.name} on ${name}`,
          ),
      ),
    ],
    phone: (row) => `${row.driver} · ${row.in_use ? m.inUse : m.unused}`,
  }),
  ({ id, name }) => `${id} ${name}`,
);

function deletion<T extends Usage>(
  level: 2 | 3,
  impact: string,
  nameOf: (row: T) => string,
  run: (row: T) => Promise<unknown>,
  refuse: (row: T) => string | null = () => null,
): Action<T> {
  return {
    id: 'delete',
    label: m.deleteOne,
    level,
    bulk: true,
    danger: true,
    separated: true,
    icon,
    applies: (row) => refuse(row) ?? (row.in_use ? m.usedReason : true),
    impact: (rows) => (
      <p>
        {rows.length === 1 && rows[0] && <code className="wrap-anywhere">{nameOf(rows[0])}</code>}{' '}
        {impact}
      </p>
    ),
    run,
  };
}
