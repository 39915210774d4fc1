/** The user's API keys: made, shown once, deleted. */
import { KeyRound, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { send } from '../../api/client';
import type { ApiKey } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/settings';
import { refresh, useRead } from '../../lib/query';
import { tellError } from '../../lib/run';
import { serverNow } from '../../live/socket';
import { Button } from '../../ui/button';
import { Copyable, copyText, EmptyState, Time } from '../../ui/page';
import { NewKeyDialog } from './new-key';

type Row = ApiKey & { id: string };

const expired = (row: Row) => row.expires > 0 && row.expires < serverNow();

async function remove(row: Row): Promise<void> {
  try {
    await send('auth/manage', 'DeleteApiKey', { key: row.key });
    await refresh('ListApiKeys');
  } catch (error) {
    tellError(error, `${m.delete} ${row.name}`);
  }
}

const spec: ListSpec<Row> = {
  nouns: { one: m.key, many: m.keys, name: (row) => row.name },
  state: (row) => (expired(row) ? ['warn', m.expired] : ['ok', m.active]),
  link: () => null,
  defaultSort: 'name',
  example: m.keyExample,
  columns: [
    {
      id: 'key',
      label: m.keyKey,
      width: 'minmax(120px, 1.4fr)',
      from: 620,
      cell: (row) => <code className="text-muted">{row.key}</code>,
    },
    {
      id: 'created',
      label: m.created,
      width: '96px',
      cell: (row) => <Time ts={row.created_at} className="text-muted" />,
      sort: (row) => row.created_at,
    },
    {
      id: 'expires',
      label: m.expires,
      width: '96px',
      cell: (row) => (row.expires ? <Time ts={row.expires} className="text-muted" /> : m.never),
      sort: (row) => row.expires || null,
    },
  ],
  fields: [
    { key: 'name', kind: 'text', value: (row) => row.name, help: m.name },
    { key: 'key', kind: 'text', value: (row) => row.key, help: m.keyKey },
  ],
  actions: [
    {
      id: 'copy',
      label: m.copy,
      level: 0,
      applies: () => true,
      run: (row) => copyText(row.key, row.name),
    },
    {
      id: 'delete',
      label: m.delete,
      level: 2,
      danger: true,
      bulk: true,
      applies: () => true,
      impact: () => m.impactKey,
      run: remove,
    },
  ],
  phone: (row) => (expired(row) ? m.expired : m.active),
};

export function ApiKeys({ state, onState }: { state: ListState; onState: SetListState }) {
  const { data, error, isPending, refetch } = useRead('ListApiKeys', {});
  const [making, setMaking] = useState(false);
  const rows = useMemo(() => (data ?? []).map((key): Row => ({ ...key, id: key.key })), [data]);
  const create = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={() => setMaking(true)}>
      {m.newKey}
    </Button>
  );
  return (
    <>
      <p className="mb-3 text-muted">{m.keyText}</p>
      <Grid
        spec={spec}
        rows={rows}
        ready={!isPending}
        error={error}
        state={state}
        onState={onState}
        onRetry={() => void refetch()}
        tools={create}
        empty={<EmptyState title={m.emptyKeys} icon={<KeyRound size={28} />} action={create} />}
      />
      {making && <NewKey onClose={() => setMaking(false)} />}
    </>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const make = async (name: string, expires: number) => {
    const made = await send('auth/manage', 'CreateApiKey', { name, expires });
    await refresh('ListApiKeys');
    return (
      <dl className="flex flex-col gap-2">
        {[
          [m.keyKey, made.key],
          [m.keySecret, made.secret],
        ].map(([label, value]) => (
          <div key={label}>
            <dt className="text-sm text-muted">{label}</dt>
            <dd className="rounded border border-line bg-sunken px-2 py-1">
              <Copyable text={value ?? ''} label={`${m.copy} ${label}`} />
            </dd>
          </div>
        ))}
      </dl>
    );
  };
  return (
    <NewKeyDialog
      title={m.newKey}
      nameLabel={m.keyName}
      nameHelp={m.keyNameHelp}
      days="90"
      make={make}
      madeTitle={m.keyMade}
      madeText={m.keyOnce}
      onClose={onClose}
    />
  );
}
