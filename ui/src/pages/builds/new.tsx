/** A new build: name, source, builder, registry. The rest is for its config page. */
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { BuildConfig } from '../../api/types';
import { CodeField } from '../../editor/code-field';
import { m as page } from '../../i18n/builds';
import { type Accounts, useRegistryAccounts } from '../../lib/accounts';
import type { SourceKind } from '../../lib/builds';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Segmented, Select } from '../../ui/field';
import { SuggestField } from '../../ui/suggest';
import { buildLink, runBuild } from './actions';
import { repoProblem } from './git-fields';
import { GitSource, type GitWhere, gitConfig, NO_SOURCE, nameOfRepo } from './git-source';

const m = page.dialog;

interface Draft extends GitWhere {
  name: string | null;
  source: SourceKind;
  dockerfile: string;
  builder: string;
  registry: string;
  pusher: string;
  organization: string;
}

/** What of the dialog is the config of the new build. */
export function configOf(draft: Draft, builder: string): Partial<BuildConfig> {
  const registry = draft.registry.trim();
  const source: Partial<BuildConfig> =
    draft.source === 'git'
      ? gitConfig(draft)
      : draft.source === 'ui'
        ? { dockerfile: draft.dockerfile }
        : { files_on_host: true };
  return {
    ...source,
    builder_id: builder,
    ...(registry
      ? {
          image_registry: [
            {
              domain: registry,
              account: draft.pusher.trim(),
              organization: draft.organization.trim(),
            },
          ],
        }
      : {}),
  };
}

export function NewBuild({ builder, onClose }: { builder?: string; onClose: () => void }) {
  const navigate = useNavigate();
  const { rows: builders, ready } = useRows('builders');
  const { rows: builds } = useRows('builds');
  const usable = builders.filter(({ info }) => info.builder_type !== 'Aws');
  const only = usable.length === 1 ? usable[0]?.id : undefined;
  const [draft, setDraft] = useState<Draft>({
    name: null,
    source: 'git',
    ...NO_SOURCE,
    dockerfile: page.dockerfile.sample,
    builder: builder ?? '',
    registry: '',
    pusher: '',
    organization: '',
  });
  const [busy, setBusy] = useState<'create' | 'build' | null>(null);
  const on = draft.builder || only || '';
  const name = draft.name ?? nameOfRepo(draft.repo);
  const taken = builds.some((each) => each.name === name);
  const git = draft.source === 'git';
  const problem =
    !name.trim() ||
    taken ||
    (git && (!draft.repo.trim() || repoProblem(draft.repo.trim()) !== null)) ||
    (draft.registry.trim() !== '' && !draft.pusher.trim());
  const edit = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));

  const create = async (build: boolean) => {
    if (busy || problem) return;
    setBusy(build ? 'build' : 'create');
    const made = await write(
      'CreateBuild',
      { name: name.trim(), config: configOf(draft, on) },
      `${m.create} ${name}`,
    );
    if (!made) return setBusy(null);
    const row = { id: made._id.$oid, name };
    if (build) await runBuild(row);
    void navigate(buildLink(row, build ? 'overview' : 'config'));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void create(Boolean(on));
  };
  return (
    <Dialog
      title={m.title}
      width={520}
      sticky
      onClose={onClose}
      footer={
        <>
          <Button
            busy={busy === 'create'}
            disabled={problem || busy !== null}
            onClick={() => void create(false)}
          >
            {m.create}
          </Button>
          <Button
            kind="primary"
            type="submit"
            form="new-build"
            busy={busy === 'build'}
            disabled={problem || busy !== null || !on}
          >
            {m.createBuild}
          </Button>
        </>
      }
    >
      <form id="new-build" onSubmit={submit} className="flex flex-col gap-4">
        <Segmented
          label={m.source}
          value={draft.source}
          onChange={(source) => edit({ source })}
          options={(Object.keys(page.sources) as SourceKind[]).map((value) => ({
            value,
            label: page.sources[value],
          }))}
          className="self-start"
        />
        {git && <GitSource draft={draft} edit={edit} />}
        {draft.source === 'ui' && (
          <Field label={m.dockerfile} help={page.dockerfile.leave}>
            {(props) => (
              <CodeField
                label={m.dockerfile}
                {...(props['aria-describedby'] ? { describedBy: props['aria-describedby'] } : {})}
                value={draft.dockerfile}
                onChange={(dockerfile) => edit({ dockerfile })}
              />
            )}
          </Field>
        )}
        {draft.source === 'files' && <p className="text-muted">{m.filesText}</p>}
        <Field label={m.name} help={m.nameHelp} error={taken ? m.taken : null}>
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={name}
              onChange={(event) => edit({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={m.builder} help={ready && usable.length === 0 ? m.noBuilders : m.builderHelp}>
          {(props) => (
            <Select
              {...props}
              options={[
                { value: '', label: m.chooseBuilder },
                ...usable.map(({ id, name: label }) => ({ value: id, label })),
              ]}
              value={on}
              onChange={(value) => edit({ builder: value })}
            />
          )}
        </Field>
        <Registry draft={draft} edit={edit} />
      </form>
    </Dialog>
  );
}

/** Chooses the only account of a registry by itself. */
function pusherOf(accounts: Accounts, registry: string, old: string): string {
  const names = accounts.get(registry) ?? [];
  return names.length === 1 ? (names[0] ?? '') : old;
}

function Registry({ draft, edit }: { draft: Draft; edit: (change: Partial<Draft>) => void }) {
  const accounts = useRegistryAccounts();
  return (
    <>
      <SuggestField
        wide
        label={m.registry}
        help={m.registryHelp}
        placeholder={page.registry.domainHint}
        options={[...accounts.keys()]}
        value={draft.registry}
        onChange={(registry) =>
          edit({ registry, pusher: pusherOf(accounts, registry, draft.pusher) })
        }
      />
      {draft.registry.trim() && (
        <div className="grid gap-4 sm:grid-cols-2">
          <SuggestField
            wide
            label={page.registry.account}
            options={accounts.get(draft.registry) ?? []}
            value={draft.pusher}
            onChange={(pusher) => edit({ pusher })}
          />
          <SuggestField
            wide
            label={page.registry.organization}
            placeholder={page.registry.organizationHint}
            options={[]}
            value={draft.organization}
            onChange={(organization) => edit({ organization })}
          />
        </div>
      )}
    </>
  );
}
