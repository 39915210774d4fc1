/** Onboarding keys: what lets new servers in. */
import { Plus, Ticket } from 'lucide-react';
import { useMemo, useState } from 'react';
import { send } from '../../api/client';
import type { OnboardingKey } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/settings';
import { refresh, useRead } from '../../lib/query';
import { write } from '../../lib/run';
import { serverNow } from '../../live/socket';
import { openAddServer } from '../../shell/create';
import { Button } from '../../ui/button';
import { Copyable, EmptyState, Time } from '../../ui/page';
import type { Tone } from '../../ui/state';
import { NewKeyDialog } from './new-key';

type Row = OnboardingKey & { id: string };

function stateOf(row: Row): readonly [Tone, string] {
  if (!row.enabled) return ['off', m.disabled];
  if (row.expires > 0 && row.expires < serverNow()) return ['off', m.expired];
  if (row.uses && row.onboarded.length >= row.uses) return ['off', m.usedUp];
  return ['ok', m.active];
}

async function then(done: Promise<unknown>): Promise<void> {
  if (await done) await refresh('ListOnboardingKeys');
}

const spec: ListSpec<Row> = {
  nouns: {
    one: m.onboardingKey,
    many: m.onboardingKeys,
    name: (row) => row.name || row.public_key.slice(0, 12),
  },
  state: stateOf,
  link: () => null,
  defaultSort: '-created',
  example: m.onboardingExample,
  columns: [
    {
      id: 'state',
      label: 'State',
      width: '88px',
      cell: (row) => <span className="text-muted">{stateOf(row)[1]}</span>,
      sort: (row) => stateOf(row)[1],
    },
    {
      id: 'onboarded',
      label: m.onboarded,
      width: '96px',
      cell: (row) => <span className="text-muted">{m.servers(row.onboarded.length)}</span>,
      sort: (row) => row.onboarded.length,
    },
    {
      id: 'created',
      label: m.created,
      width: '96px',
      from: 560,
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
    { key: 'state', kind: 'text', value: (row) => stateOf(row)[1], help: m.active, facet: 'State' },
  ],
  actions: [
    {
      id: 'enable',
      label: m.enable,
      level: 0,
      bulk: true,
      applies: (row) => (row.enabled ? null : true),
      run: (row) =>
        then(write('UpdateOnboardingKey', { public_key: row.public_key, enabled: true }, m.enable)),
    },
    {
      id: 'disable',
      label: m.disable,
      level: 0,
      bulk: true,
      applies: (row) => (row.enabled ? true : null),
      run: (row) =>
        then(
          write('UpdateOnboardingKey', { public_key: row.public_key, enabled: false }, m.disable),
        ),
    },
    {
      id: 'delete',
      label: m.delete,
      level: 2,
      danger: true,
      bulk: true,
      separated: true,
      applies: () => true,
      impact: () => m.impactOnboarding,
      run: (row) =>
        then(
          write('DeleteOnboardingKey', { public_key: row.public_key }, `${m.delete} ${row.name}`),
        ),
    },
  ],
  phone: (row) => `${stateOf(row)[1]} · ${m.servers(row.onboarded.length)}`,
};

export function Onboarding({ state, onState }: { state: ListState; onState: SetListState }) {
  const { data, error, isPending, refetch } = useRead('ListOnboardingKeys', {}, { staleTime: 0 });
  const [making, setMaking] = useState(false);
  const rows = useMemo(
    () => (data ?? []).map((key): Row => ({ ...key, id: key.public_key })),
    [data],
  );
  const add = (
    <>
      <Button icon={<Plus size={14} />} onClick={() => setMaking(true)}>
        {m.newOnboarding}
      </Button>
      <Button kind="primary" icon={<Plus size={14} />} onClick={openAddServer}>
        {m.addServer}
      </Button>
    </>
  );
  return (
    <>
      <p className="mb-3 max-w-[880px] text-muted">{m.onboardingText}</p>
      <Grid
        spec={spec}
        rows={rows}
        ready={!isPending}
        error={error}
        state={state}
        onState={onState}
        onRetry={() => void refetch()}
        tools={add}
        empty={<EmptyState title={m.emptyOnboarding} icon={<Ticket size={28} />} action={add} />}
      />
      {making && <NewOnboardingKey onClose={() => setMaking(false)} />}
    </>
  );
}

function NewOnboardingKey({ onClose }: { onClose: () => void }) {
  const make = async (name: string, expires: number) => {
    const { private_key } = await send('write', 'CreateOnboardingKey', { name, expires });
    await refresh('ListOnboardingKeys');
    return (
      <div className="rounded border border-line bg-sunken px-2 py-1">
        <Copyable text={private_key} />
      </div>
    );
  };
  return (
    <NewKeyDialog
      title={m.newOnboarding}
      nameLabel={m.name}
      days="30"
      make={make}
      madeTitle={m.onboardingMade}
      madeText={m.onboardingOnce}
      onClose={onClose}
    />
  );
}
