/** The config tab of a repo. */
import { useMemo } from 'react';
import type { Repo, RepoConfig, RepoRow } from '../../api/types';
import { CommandField } from '../../editor/command-field';
import { ConfigReview } from '../../editor/config-review';
import type { SecretFields } from '../../editor/masked';
import { holdsSecrets } from '../../editor/pairs';
import { pairsField } from '../../editor/pairs-form';
import { m as page } from '../../i18n/repos';
import { m as hook } from '../../i18n/webhook';
import { type Accounts, useGitAccounts } from '../../lib/accounts';
import { type Draft, useDraft } from '../../lib/draft';
import { reaches, useLevel } from '../../lib/permission';
import { queries, readKey } from '../../lib/query';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { type Option, Switch } from '../../ui/field';
import { ConfigForm, type FormField, type FormSection } from '../../ui/form';
import { ErrorState, Skeleton } from '../../ui/page';
import { gitFields } from '../builds/git-fields';
import { WebhookAddress } from '../builds/webhook';
import { targetOf } from './actions';
import { useRepo } from './read';

const m = page.config;
type Config = RepoConfig;

export function ConfigTab({ row }: { row: RepoRow }) {
  const query = useRepo(row);
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
  if (!query.data) return <Skeleton rows={12} className="card" />;
  return <Form key={row.id} row={row} repo={query.data} />;
}

type Rows = ReadonlyArray<{ id: string; name: string }>;

function options(rows: Rows, none: string, chosen: string, unknown: (id: string) => string) {
  const missing = chosen && !rows.some(({ id }) => id === chosen);
  return [
    { value: '', label: none },
    ...rows.map(({ id, name }) => ({ value: id, label: name })),
    ...(missing ? [{ value: chosen, label: unknown(chosen.slice(-6)) }] : []),
  ];
}

function command(name: 'on_clone' | 'on_pull', label: string, help: string): FormField<Config> {
  return {
    kind: 'custom',
    name,
    label,
    render: (draft) => {
      const own = draft as unknown as Draft<Config>;
      return (
        <CommandField
          key={name}
          label={label}
          help={help}
          value={own.value[name]}
          changed={own.isChanged(name)}
          onChange={(value) => own.set({ [name]: value })}
        />
      );
    },
  };
}

function webhook(id: string): FormField<Config> {
  return {
    kind: 'custom',
    name: 'webhook_enabled',
    label: hook.enabledRepo,
    render: (draft) => {
      const { value, set, isChanged } = draft as unknown as Draft<Config>;
      return (
        <div key="webhook" className="flex flex-col gap-3">
          <Switch
            label={hook.enabledRepo}
            checked={value.webhook_enabled}
            changed={isChanged('webhook_enabled')}
            onChange={(webhook_enabled) => set({ webhook_enabled })}
          />
          <WebhookAddress
            kind="repo"
            id={id}
            enabled={value.webhook_enabled}
            branch={value.branch}
            options={value.builder_id ? ['pull', 'clone', 'build'] : ['pull', 'clone']}
          />
        </div>
      );
    },
  };
}

function sectionsOf(
  id: string,
  servers: ReadonlyArray<Option<string>>,
  builders: ReadonlyArray<Option<string>>,
  accounts: Accounts,
): ReadonlyArray<FormSection<Config>> {
  return [
    { id: 'source', title: page.sections.source, fields: gitFields<Config>(accounts) },
    {
      id: 'place',
      title: page.sections.place,
      fields: [
        {
          kind: 'select',
          name: 'server_id',
          label: m.server,
          help: m.serverHelp,
          options: servers,
        },
        { kind: 'text', name: 'path', label: m.path, help: m.pathHelp, mono: true },
        {
          kind: 'select',
          name: 'builder_id',
          label: m.builder,
          help: m.builderHelp,
          options: builders,
        },
      ],
    },
    {
      id: 'commands',
      title: page.sections.commands,
      fields: [
        command('on_clone', m.onClone, m.onCloneHelp),
        command('on_pull', m.onPull, m.onPullHelp),
      ],
    },
    {
      id: 'environment',
      title: page.sections.environment,
      fields: [
        pairsField<Config>({
          name: 'environment',
          label: m.environment,
          help: m.environmentHelp,
          kind: 'pair',
          separator: '=',
          keyPlaceholder: 'NAME',
          valuePlaceholder: 'value',
          secrets: true,
        }),
        {
          kind: 'text',
          name: 'env_file_path',
          label: m.envPath,
          help: m.envPathHelp,
          placeholder: '.env',
          mono: true,
        },
        { kind: 'switch', name: 'skip_secret_interp', label: m.skipInterp, help: m.skipInterpHelp },
      ],
    },
    {
      id: 'webhook',
      title: page.sections.webhook,
      fields: [
        webhook(id),
        {
          kind: 'text',
          name: 'webhook_secret',
          label: hook.secret,
          help: hook.secretHelp,
          secret: true,
          when: (value) => value.webhook_enabled,
        },
      ],
    },
    {
      id: 'links',
      title: page.sections.links,
      fields: [
        {
          kind: 'lines',
          name: 'links',
          label: m.links,
          help: m.linksHelp,
          placeholder: 'https://',
        },
      ],
    },
  ];
}

type Secrets = ReadonlyArray<keyof Config>;
const SECRET: Secrets = ['webhook_secret'];
const SECRET_ENV: Secrets = ['webhook_secret', 'environment'];

function Form({ row, repo }: { row: RepoRow; repo: Repo }) {
  const secret = holdsSecrets(repo.config.environment);
  const draft = useDraft<Config>(`repo/${row.id}`, repo.config, {
    secrets: secret ? SECRET_ENV : SECRET,
  });
  const level = useLevel(useMemo(() => targetOf({ id: row.id }), [row.id]));
  const { rows: servers } = useRows('servers');
  const { rows: builders } = useRows('builders');
  const accounts = useGitAccounts();
  const { server_id, builder_id } = draft.value;
  const sections = useMemo(
    () =>
      sectionsOf(
        row.id,
        options(servers, m.noServerOption, server_id, m.unknownServer),
        options(builders, m.noBuilderOption, builder_id, m.unknownBuilder),
        accounts,
      ),
    [row.id, servers, builders, accounts, server_id, builder_id],
  );
  return (
    <ConfigForm
      draft={draft}
      sections={sections}
      disabledReason={reaches(level, 'Write') ? null : page.readOnly}
      review={(current) => <Review name={row.name} draft={current} />}
      onSave={async (config) => {
        const done = await write(
          'UpdateRepo',
          { id: row.id, config },
          `${page.saveTitle} ${row.name}`,
        );
        if (done) queries.setQueryData(readKey('GetRepo', { repo: row.id }), done);
        return done;
      }}
    />
  );
}

const SECRETS: SecretFields<Config> = { pairs: ['environment'], texts: ['webhook_secret'] };

function Review({ name, draft }: { name: string; draft: Draft<Config> }) {
  const { saved, value } = draft;
  return (
    <ConfigReview label={`${page.reviewLabel}: ${name}`} {...{ saved, value }} secrets={SECRETS} />
  );
}
