/** The config of a builder, by its type. */
import { useMemo } from 'react';
import type {
  AwsBuilderConfig,
  Builder,
  BuilderConfig,
  BuilderRow,
  ServerBuilderConfig,
  UrlBuilderConfig,
} from '../../api/types';
import { m as page } from '../../i18n/builders';
import { type Draft, useDraft } from '../../lib/draft';
import { reaches, useLevel } from '../../lib/permission';
import { queries, readKey, useRead } from '../../lib/query';
import { useReadAgain } from '../../lib/read-again';
import { write } from '../../lib/run';
import { ConfigForm, type FormSection } from '../../ui/form';
import { ErrorState, Skeleton } from '../../ui/page';
import { StateShape } from '../../ui/state';
import { targetOf } from './actions';
import { ServersField } from './servers-field';

const m = page.config;
const CHANGES = ['UpdateBuilder'];

const SERVER: ReadonlyArray<FormSection<ServerBuilderConfig>> = [
  {
    id: 'where',
    title: page.sections.where,
    fields: [
      {
        kind: 'custom',
        name: 'server_ids',
        label: m.servers,
        render: (draft) => {
          const own = draft as unknown as Draft<ServerBuilderConfig>;
          return (
            <ServersField
              key="servers"
              value={own.value.server_ids}
              changed={own.isChanged('server_ids')}
              onChange={(server_ids) => own.set({ server_ids })}
            />
          );
        },
      },
    ],
  },
];

const URL: ReadonlyArray<FormSection<UrlBuilderConfig>> = [
  {
    id: 'where',
    title: page.sections.where,
    fields: [
      { kind: 'text', name: 'address', label: m.address, help: m.addressHelp, mono: true },
      {
        kind: 'text',
        name: 'periphery_public_key',
        label: m.key,
        help: m.keyHelp,
        mono: true,
      },
      { kind: 'switch', name: 'insecure_tls', label: m.insecure, help: m.insecureHelp },
    ],
  },
];

const AWS: ReadonlyArray<FormSection<AwsBuilderConfig>> = [
  {
    id: 'machine',
    title: page.sections.machine,
    fields: [
      { kind: 'text', name: 'region', label: m.region, mono: true },
      { kind: 'text', name: 'instance_type', label: m.instance, mono: true },
      { kind: 'text', name: 'ami_id', label: m.ami, mono: true },
      { kind: 'number', name: 'volume_gb', label: m.volume, min: 1, step: 1, unit: m.gb },
      { kind: 'text', name: 'key_pair_name', label: m.keyPair },
      { kind: 'area', name: 'user_data', label: m.userData, rows: 5 },
    ],
  },
  {
    id: 'network',
    title: page.sections.network,
    fields: [
      { kind: 'text', name: 'subnet_id', label: m.subnet, mono: true },
      { kind: 'lines', name: 'security_group_ids', label: m.groups },
      { kind: 'switch', name: 'assign_public_ip', label: m.assignIp },
      { kind: 'switch', name: 'use_public_ip', label: m.useIp },
    ],
  },
  {
    id: 'agent',
    title: page.sections.agent,
    fields: [
      { kind: 'number', name: 'port', label: m.port, min: 1, max: 65535, step: 1 },
      { kind: 'switch', name: 'use_https', label: m.https },
      { kind: 'switch', name: 'insecure_tls', label: m.insecure, help: m.insecureHelp },
      {
        kind: 'text',
        name: 'periphery_public_key',
        label: m.key,
        help: m.keyHelp,
        mono: true,
      },
    ],
  },
];

export function ConfigTab({ row }: { row: BuilderRow }) {
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  useReadAgain('GetBuilder', target, CHANGES);
  const query = useRead('GetBuilder', { builder: row.id });
  if (query.error && !query.data) {
    return (
      <div className="card">
        <ErrorState
          error={query.error}
          what={page.loadConfig}
          onRetry={() => void query.refetch()}
        />
      </div>
    );
  }
  if (!query.data) return <Skeleton rows={8} className="card" />;
  const { config } = query.data as Builder;
  // Another type is another form: its draft does not fit this one.
  const key = `${row.id} ${config.type}`;
  switch (config.type) {
    case 'Server':
      return (
        <Form key={key} row={row} type={config.type} saved={config.params} sections={SERVER} />
      );
    case 'Url':
      return <Form key={key} row={row} type={config.type} saved={config.params} sections={URL} />;
    default:
      return (
        <>
          <p className="tint-warn mb-3 flex max-w-[1080px] items-center gap-2 rounded border border-line px-3 py-2">
            <StateShape tone="warn" />
            {page.awsNote}
          </p>
          <Form key={key} row={row} type={config.type} saved={config.params} sections={AWS} />
        </>
      );
  }
}

function Form<C extends object>({
  row,
  type,
  saved,
  sections,
}: {
  row: BuilderRow;
  type: BuilderConfig['type'];
  saved: C;
  sections: ReadonlyArray<FormSection<C>>;
}) {
  const draft = useDraft<C>(`builder/${row.id}/${type}`, saved);
  const level = useLevel(useMemo(() => targetOf({ id: row.id }), [row.id]));
  return (
    <ConfigForm
      draft={draft}
      sections={sections}
      disabledReason={reaches(level, 'Write') ? null : page.readOnly}
      onSave={async (params) => {
        const config = { type, params } as unknown as BuilderConfig;
        const done = await write(
          'UpdateBuilder',
          { id: row.id, config },
          `${page.saveTitle} ${row.name}`,
        );
        if (done) queries.setQueryData(readKey('GetBuilder', { builder: row.id }), done);
        return done;
      }}
    />
  );
}
