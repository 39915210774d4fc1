/** The configuration of one server. */
import type { ServerConfig, ServerRow } from '../../api/types';
import { m as all } from '../../i18n/server-page';
import { useDraft } from '../../lib/draft';
import { refresh, useRead } from '../../lib/query';
import { write } from '../../lib/run';
import { user } from '../../lib/session';
import { useStored } from '../../lib/value';
import { ConfigForm, type FormField, type FormSection } from '../../ui/form';
import { ErrorState, Skeleton } from '../../ui/page';

const m = all.config;

type Limit = 'cpu' | 'mem' | 'disk';

/** A pair of percentages; the warning has to come first. */
function limits(kind: Limit, what: string): FormField<ServerConfig>[] {
  const warning = `${kind}_warning` as const;
  const critical = `${kind}_critical` as const;
  const check = (value: ServerConfig) => {
    const pair = [value[warning], value[critical]];
    if (pair.some((each) => each < 0 || each > 100)) return m.range;
    return value[warning] >= value[critical] ? m.order : null;
  };
  const field = (
    name: typeof warning | typeof critical,
    label: string,
  ): FormField<ServerConfig> => ({
    kind: 'number',
    name,
    label,
    min: 0,
    max: 100,
    step: 1,
    unit: '%',
    check,
  });
  return [field(warning, m.warning(what)), field(critical, m.critical(what))];
}

const SECTIONS: ReadonlyArray<FormSection<ServerConfig>> = [
  {
    id: 'connection',
    title: m.connection,
    fields: [
      { kind: 'switch', name: 'enabled', label: m.enabled, help: m.enabledHelp },
      {
        kind: 'text',
        name: 'address',
        label: m.address,
        help: m.addressHelp,
        placeholder: '10.0.0.4:8120',
        mono: true,
      },
      {
        kind: 'switch',
        name: 'insecure_tls',
        label: m.insecure,
        help: m.insecureHelp,
        when: (value) => value.address !== '',
      },
    ],
  },
  {
    id: 'place',
    title: m.place,
    fields: [
      { kind: 'text', name: 'region', label: m.region, help: m.regionHelp, placeholder: 'fra1' },
      {
        kind: 'text',
        name: 'external_address',
        label: m.external,
        help: m.externalHelp,
        placeholder: 'https://node1.example.org',
        mono: true,
      },
      {
        kind: 'lines',
        name: 'links',
        label: m.links,
        help: m.linksHelp,
        placeholder: 'https://wiki.example.org/node1',
      },
    ],
  },
  {
    id: 'monitoring',
    title: m.monitoring,
    fields: [
      {
        kind: 'lines',
        name: 'ignore_mounts',
        label: m.ignore,
        help: m.ignoreHelp,
        placeholder: '/boot/efi',
      },
    ],
  },
  {
    id: 'thresholds',
    title: m.thresholds,
    help: m.thresholdsHelp,
    fields: [...limits('cpu', 'CPU'), ...limits('mem', 'Memory'), ...limits('disk', 'Disk')],
  },
];

export function Config({ row }: { row: ServerRow }) {
  const { data, error, refetch } = useRead('GetServer', { server: row.id }, { staleTime: 0 });
  if (error) {
    return (
      <div className="card">
        <ErrorState error={error} what={m.load} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (!data) return <Skeleton rows={8} className="card" />;
  return <Form row={row} saved={data.config} />;
}

function Form({ row, saved }: { row: ServerRow; saved: ServerConfig }) {
  const draft = useDraft(`server/${row.id}`, saved);
  const admin = useStored(user)?.admin !== false;
  return (
    <ConfigForm
      draft={draft}
      sections={SECTIONS}
      disabledReason={admin ? null : all.noPermission}
      onSave={async (config) => {
        const done = await write(
          'UpdateServer',
          { id: row.id, config },
          `${m.saveTitle} ${row.name}`,
        );
        if (done) await refresh('GetServer');
        return done;
      }}
    />
  );
}
