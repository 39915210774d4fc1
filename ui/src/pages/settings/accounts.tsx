/** Accounts at git hosts and image registries: those that Monitor keeps, and those of its configuration. */
import { KeySquare, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { GitProvider, GitProviderAccount, ImageRegistryAccount } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/accounts';
import { type Accounts, useGitAccounts, useRegistryAccounts } from '../../lib/accounts';
import { refresh, useRead } from '../../lib/query';
import { write } from '../../lib/run';
import { createValue, useStored } from '../../lib/value';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/page';
import { Badge } from '../../ui/state';
import { AccountDialog, type AccountDraft } from './account-dialog';

interface Account {
  id: string;
  domain: string;
  username: string;
  https: boolean;
  /** In the configuration file of Core. */
  fixed: boolean;
}

type Kind = 'git' | 'registry';
const REQUESTS = { git: 'GitProviderAccount', registry: 'ImageRegistryAccount' } as const;

const editing = createValue<Account | null>(null);

function stored(rows: ReadonlyArray<GitProviderAccount | ImageRegistryAccount>): Account[] {
  return rows.flatMap((row) =>
    row._id
      ? [
          {
            id: row._id.$oid,
            domain: row.domain,
            username: row.username,
            https: 'https' in row ? row.https : true,
            fixed: false,
          },
        ]
      : [],
  );
}

function configured(rows: ReadonlyArray<Pick<GitProvider, 'domain' | 'accounts'>>): Account[] {
  return rows.flatMap(({ domain, accounts, ...more }) =>
    accounts.map(({ username }) => ({
      id: `config ${domain} ${username}`,
      domain,
      username,
      https: 'https' in more ? more.https !== false : true,
      fixed: true,
    })),
  );
}

function specOf(kind: Kind): ListSpec<Account> {
  const texts = m[kind];
  const git = kind === 'git';
  return {
    nouns: { one: texts.one, many: texts.many, name: (row) => row.username },
    nameLabel: m.name,
    state: (row) => ['ok', row.fixed ? m.configured : m.stored],
    link: () => null,
    extra: (row) => git && !row.https && <Badge tone="warn">{m.git.http}</Badge>,
    defaultSort: 'domain',
    example: texts.example,
    columns: [
      {
        id: 'domain',
        label: m.domain,
        width: 'minmax(140px, 1.4fr)',
        cell: (row) => <code className="truncate text-muted">{row.domain}</code>,
        sort: (row) => `${row.domain} ${row.username}`,
      },
      {
        id: 'from',
        label: m.from,
        width: '152px',
        cell: (row) => <span className="text-muted">{row.fixed ? m.inConfig : m.inDatabase}</span>,
        sort: (row) => (row.fixed ? 1 : 0),
      },
    ],
    fields: [
      { key: 'name', kind: 'text', value: (row) => row.username, help: m.name },
      { key: 'host', kind: 'text', value: (row) => row.domain, help: m.domain },
    ],
    actions: [
      {
        id: 'edit',
        label: m.edit,
        level: 0,
        applies: (row) => (row.fixed ? m.inFile : true),
        run: (row) => editing.set(row),
      },
      {
        id: 'delete',
        label: m.delete,
        level: 3,
        danger: true,
        separated: true,
        applies: (row) => (row.fixed ? m.inFile : true),
        impact: () => texts.impact,
        run: async (row) => {
          const title = `${m.delete} ${row.username}`;
          if (await write(`Delete${REQUESTS[kind]}`, { id: row.id }, title)) await reload(kind);
        },
      },
    ],
    phone: (row) => `${row.domain} · ${row.fixed ? m.inConfig : m.inDatabase}`,
  };
}

const SPECS = { git: specOf('git'), registry: specOf('registry') };

function reload(kind: Kind): Promise<void> {
  return refresh(`List${REQUESTS[kind]}s`);
}

async function save(kind: Kind, before: Account | null, draft: AccountDraft): Promise<boolean> {
  const { token, https, ...names } = draft;
  const account = {
    ...names,
    ...(kind === 'git' ? { https } : {}),
    ...(token ? { token } : {}),
  };
  const title = `${m[kind].one} ${draft.username}`;
  const done = before
    ? await write(`Update${REQUESTS[kind]}`, { id: before.id, account }, title)
    : await write(`Create${REQUESTS[kind]}`, { account }, title);
  if (done) await reload(kind);
  return done !== null;
}

interface ListProps {
  state: ListState;
  onState: SetListState;
}

export function GitAccounts(props: ListProps) {
  const own = useRead('ListGitProviderAccounts', {});
  const listed = useRead('ListGitProvidersFromConfig', {});
  const rows = useMemo(
    () => [...stored(own.data ?? []), ...configured(listed.data ?? [])],
    [own.data, listed.data],
  );
  return <List {...props} kind="git" rows={rows} query={own} accounts={useGitAccounts()} />;
}

export function RegistryAccounts(props: ListProps) {
  const own = useRead('ListImageRegistryAccounts', {});
  const listed = useRead('ListImageRegistriesFromConfig', {});
  const rows = useMemo(
    () => [...stored(own.data ?? []), ...configured(listed.data ?? [])],
    [own.data, listed.data],
  );
  return (
    <List {...props} kind="registry" rows={rows} query={own} accounts={useRegistryAccounts()} />
  );
}

function List({
  kind,
  rows,
  query,
  accounts,
  state,
  onState,
}: ListProps & {
  kind: Kind;
  rows: readonly Account[];
  query: { isPending: boolean; error: Error | null; refetch: () => Promise<unknown> };
  accounts: Accounts;
}) {
  const texts = m[kind];
  const [making, setMaking] = useState(false);
  const changing = useStored(editing);
  const add = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={() => setMaking(true)}>
      {texts.new}
    </Button>
  );
  return (
    <>
      <p className="mb-3 text-muted">{texts.text}</p>
      <Grid
        spec={SPECS[kind]}
        rows={rows}
        ready={!query.isPending}
        error={query.error}
        state={state}
        onState={onState}
        onRetry={() => void query.refetch()}
        selectable={false}
        tools={add}
        empty={
          <EmptyState title={texts.empty} icon={<KeySquare size={28} />} action={add}>
            {texts.text}
          </EmptyState>
        }
      />
      {making && (
        <AccountDialog
          title={texts.new}
          git={kind === 'git'}
          before={null}
          accounts={accounts}
          onSave={(draft) => save(kind, null, draft)}
          onClose={() => setMaking(false)}
        />
      )}
      {changing && (
        <AccountDialog
          title={texts.editTitle(changing.username)}
          git={kind === 'git'}
          before={{ ...changing, token: '' }}
          accounts={accounts}
          onSave={(draft) => save(kind, changing, draft)}
          onClose={() => editing.set(null)}
        />
      )}
    </>
  );
}
