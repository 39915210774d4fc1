/** Variables and secrets: values that configurations name as [[NAME]]. */
import { Eye, EyeOff, Plus, Variable as VariableIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ResourceTarget, Variable } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import type { ListSpec } from '../../grid/types';
import { m as all } from '../../i18n/accounts';
import { refresh, useRead } from '../../lib/query';
import { useReadAgain } from '../../lib/read-again';
import { write } from '../../lib/run';
import { user } from '../../lib/session';
import { createValue, useStored } from '../../lib/value';
import { Button, IconButton } from '../../ui/button';
import { Card, Copyable, copyText, EmptyState } from '../../ui/page';
import { Badge } from '../../ui/state';
import { VariableDialog } from './variable-dialog';

const m = all.variables;

type Row = Variable & { id: string };

const SYSTEM: ResourceTarget = { type: 'System', id: 'system' };
const CHANGES = ['CreateVariable', 'UpdateVariableValue', 'DeleteVariable'];

const editing = createValue<Row | null>(null);
const isAdmin = () => user.get()?.admin === true;
const changeable = () => (isAdmin() ? true : m.adminOnly);

function Value({ row }: { row: Row }) {
  const [shown, setShown] = useState(false);
  const masked = row.is_secret && !shown;
  const [first = '', ...more] = row.value.split('\n');
  const rest = more.filter((line, at) => line !== '' || at < more.length - 1).length;
  if (!row.value) return <span className="text-faint">{m.unset}</span>;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <code className="truncate text-muted">{masked ? m.hidden : first}</code>
      {!masked && rest > 0 && <Badge>{m.lines(rest)}</Badge>}
      {row.is_secret && isAdmin() && (
        <IconButton
          className="size-6 coarse:size-9"
          label={shown ? m.hide(row.name) : m.reveal(row.name)}
          aria-pressed={shown}
          icon={shown ? <EyeOff size={14} /> : <Eye size={14} />}
          onClick={() => setShown(!shown)}
        />
      )}
    </span>
  );
}

async function remove(row: Row): Promise<void> {
  if (await write('DeleteVariable', { name: row.name }, `${all.delete} ${row.name}`)) {
    await refresh('ListVariables');
  }
}

const spec: ListSpec<Row> = {
  nouns: { one: m.one, many: m.many, name: (row) => row.name },
  state: (row) => (row.value ? ['ok', row.is_secret ? m.secret : m.plain] : ['warn', m.unset]),
  link: () => null,
  extra: (row) => row.is_secret && <Badge>{m.secret}</Badge>,
  defaultSort: 'name',
  example: m.example,
  columns: [
    {
      id: 'value',
      label: m.value,
      width: 'minmax(160px, 2fr)',
      cell: (row) => <Value row={row} />,
    },
    {
      id: 'description',
      label: m.description,
      width: 'minmax(120px, 1.6fr)',
      from: 760,
      cell: (row) => <span className="truncate text-muted">{row.description}</span>,
      sort: (row) => row.description ?? '',
    },
  ],
  fields: [
    { key: 'name', kind: 'text', value: (row) => row.name, help: m.name },
    { key: 'about', kind: 'text', value: (row) => row.description ?? '', help: m.description },
    {
      key: 'is',
      kind: 'flag',
      value: (row) => (row.is_secret ? 'secret' : 'plain'),
      help: m.secret,
    },
  ],
  actions: [
    {
      id: 'copy-name',
      label: m.copyName,
      level: 0,
      applies: () => true,
      run: (row) => copyText(`[[${row.name}]]`, `[[${row.name}]]`),
    },
    {
      id: 'edit',
      label: all.edit,
      level: 0,
      applies: changeable,
      run: (row) => editing.set(row),
    },
    {
      id: 'delete',
      label: all.delete,
      level: 3,
      danger: true,
      bulk: true,
      separated: true,
      applies: changeable,
      impact: () => m.impact,
      run: remove,
    },
  ],
  phone: (row) =>
    [row.is_secret ? m.hidden : row.value.split('\n')[0] || m.unset, row.description]
      .filter(Boolean)
      .join(' · '),
};

export function Variables({ state, onState }: { state: ListState; onState: SetListState }) {
  const { data, error, isPending, refetch } = useRead('ListVariables', {});
  useReadAgain('ListVariables', SYSTEM, CHANGES);
  const admin = useStored(user)?.admin === true;
  const [making, setMaking] = useState(false);
  const changing = useStored(editing);
  const rows = useMemo(() => (data ?? []).map((each): Row => ({ ...each, id: each.name })), [data]);
  const names = useMemo(() => new Set(rows.map(({ name }) => name)), [rows]);
  const add = (
    <Button
      kind="primary"
      icon={<Plus size={14} />}
      disabledReason={admin ? null : m.adminOnly}
      onClick={() => setMaking(true)}
    >
      {m.new}
    </Button>
  );
  return (
    <>
      <p className="mb-3 text-muted">{m.text}</p>
      <Grid
        spec={spec}
        rows={rows}
        ready={!isPending}
        error={error}
        state={state}
        onState={onState}
        onRetry={() => void refetch()}
        tools={add}
        empty={
          <EmptyState title={m.empty} icon={<VariableIcon size={28} />} action={add}>
            {m.text}
          </EmptyState>
        }
      />
      <Configured />
      {making && <VariableDialog names={names} before={null} onClose={() => setMaking(false)} />}
      {changing && (
        <VariableDialog names={names} before={changing} onClose={() => editing.set(null)} />
      )}
    </>
  );
}

/** The secrets of Core's configuration: their names alone. */
function Configured() {
  const { data } = useRead('ListSecrets', {});
  if (!data || data.length === 0) return null;
  return (
    <Card title={m.fromConfig} badge={<Badge>{data.length}</Badge>} className="mt-3">
      <p className="px-3 pt-2 text-muted">{m.fromConfigText}</p>
      <ul className="flex flex-wrap gap-x-4 px-3 py-2">
        {data.map((name) => (
          <li key={name}>
            <Copyable text={`[[${name}]]`} shown={name} label={`${m.copyName}: ${name}`} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
