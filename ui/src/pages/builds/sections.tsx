/** The config of a build as a form. */
import type { BuildConfig } from '../../api/types';
import { CodeField } from '../../editor/code-field';
import { CommandField } from '../../editor/command-field';
import { pairsField } from '../../editor/pairs-form';
import { m as page } from '../../i18n/builds';
import { m as hook } from '../../i18n/webhook';
import type { Accounts } from '../../lib/accounts';
import { imageNames, imageTags, type SourceKind, sourceKind } from '../../lib/builds';
import type { Draft } from '../../lib/draft';
import { Field, type Option, Segmented, Switch } from '../../ui/field';
import type { FormField, FormSection } from '../../ui/form';
import { gitFields } from './git-fields';
import { RegistriesField, registriesProblem } from './registries';
import { VersionField } from './version-field';
import { WebhookAddress } from './webhook';

const m = page.config;
type Config = BuildConfig;
type Own = Draft<Config>;

export interface SectionsOf {
  id: string;
  name: string;
  builders: ReadonlyArray<Option<string>>;
  repos: ReadonlyArray<Option<string>>;
  /** The branch of a linked repo, by its id. */
  branchOf: (repo: string) => string;
  git: Accounts;
  registries: Accounts;
}

function custom(
  name: keyof Config & string,
  label: string,
  render: (draft: Own) => React.ReactNode,
  more: Partial<Pick<FormField<Config>, 'when' | 'check'>> = {},
): FormField<Config> {
  return {
    kind: 'custom',
    name,
    label,
    ...more,
    render: (draft) => render(draft as unknown as Own),
  };
}

const isGit = (value: Config) => sourceKind(value) === 'git';
const isHere = (value: Config) => sourceKind(value) === 'ui';
const isOwnGit = (value: Config) => isGit(value) && !value.linked_repo;

/** What the config has to become for another kind of source; what was saved comes back. */
export function withSource(kind: SourceKind, saved: Config): Partial<Config> {
  const kept = sourceKind(saved) === kind;
  return {
    files_on_host: kind === 'files',
    dockerfile: kind === 'ui' ? (kept && saved.dockerfile) || page.dockerfile.sample : '',
    repo: kind === 'git' && kept ? saved.repo : '',
    linked_repo: kind === 'git' && kept ? saved.linked_repo : '',
  };
}

const kinds = (Object.keys(page.sources) as SourceKind[]).map((value) => ({
  value,
  label: page.sources[value],
}));

function SourceKindField({ draft }: { draft: Own }) {
  return (
    <Field label={m.kind} changed={draft.isChanged('files_on_host')}>
      {() => (
        <Segmented
          label={m.kind}
          options={kinds}
          value={sourceKind(draft.value)}
          onChange={(kind) => draft.set(withSource(kind, draft.saved))}
          className="self-start"
        />
      )}
    </Field>
  );
}

function sourceSection({ repos, git }: SectionsOf): FormSection<Config> {
  const path = (value: Config) => !isHere(value);
  return {
    id: 'source',
    title: page.sections.source,
    fields: [
      custom('files_on_host', m.kind, (draft) => <SourceKindField key="kind" draft={draft} />),
      {
        kind: 'select',
        name: 'linked_repo',
        label: page.git.linked,
        help: page.git.linkedHelp,
        options: repos,
        when: (value) => isGit(value) && repos.length > 1,
      },
      ...gitFields<Config>(git, isOwnGit),
      {
        kind: 'text',
        name: 'build_path',
        label: m.buildPath,
        help: m.buildPathHelp,
        placeholder: '.',
        mono: true,
        when: path,
      },
      {
        kind: 'text',
        name: 'dockerfile_path',
        label: m.dockerfilePath,
        help: m.dockerfilePathHelp,
        placeholder: 'Dockerfile',
        mono: true,
        when: path,
      },
      dockerfileField(isHere),
    ],
  };
}

/** The Dockerfile as part of the config. */
export function dockerfileField(when?: (value: Config) => boolean): FormField<Config> {
  return custom(
    'dockerfile',
    page.tabs.dockerfile,
    (draft) => (
      <Field
        key="dockerfile"
        label={page.tabs.dockerfile}
        help={page.dockerfile.leave}
        changed={draft.isChanged('dockerfile')}
      >
        {(props) => (
          <CodeField
            label={page.tabs.dockerfile}
            {...(props['aria-describedby'] ? { describedBy: props['aria-describedby'] } : {})}
            value={draft.value.dockerfile}
            onChange={(dockerfile) => draft.set({ dockerfile })}
          />
        )}
      </Field>
    ),
    when ? { when } : {},
  );
}

function imageSection({ name, registries }: SectionsOf): FormSection<Config> {
  return {
    id: 'image',
    title: page.sections.image,
    fields: [
      custom(
        'image_registry',
        m.registries,
        (draft) => (
          <RegistriesField
            key="registries"
            accounts={registries}
            value={draft.value.image_registry}
            changed={draft.isChanged('image_registry')}
            images={imageNames(name, draft.value)}
            onChange={(image_registry) => draft.set({ image_registry })}
          />
        ),
        { check: (value) => registriesProblem(value.image_registry) },
      ),
      {
        kind: 'text',
        name: 'image_name',
        label: m.imageName,
        help: m.imageNameHelp,
        placeholder: name,
        mono: true,
      },
    ],
  };
}

function buildSection({ builders }: SectionsOf): FormSection<Config> {
  return {
    id: 'build',
    title: page.sections.build,
    fields: [
      {
        kind: 'select',
        name: 'builder_id',
        label: m.builder,
        help: m.builderHelp,
        options: builders,
      },
      custom('pre_build', m.preBuild, (draft) => (
        <CommandField
          key="pre"
          label={m.preBuild}
          help={m.preBuildHelp}
          value={draft.value.pre_build}
          changed={draft.isChanged('pre_build')}
          onChange={(pre_build) => draft.set({ pre_build })}
        />
      )),
      { kind: 'switch', name: 'use_buildx', label: m.buildx, help: m.buildxHelp },
    ],
  };
}

/** The tags that the next build sets, as far as they are known before. */
function nextTags(value: Config): string {
  const { version, auto_increment_version: up } = value;
  const next = up ? { ...version, patch: version.patch + 1 } : version;
  const commit = value.include_commit_tag && isGit(value) ? [m.commitOf] : [];
  return [...imageTags(value, next), ...commit].join(', ') || m.noTags;
}

const versioning: FormSection<Config> = {
  id: 'versioning',
  title: page.sections.versioning,
  fields: [
    custom('version', m.version, (draft) => (
      <div key="version" className="flex flex-col gap-1">
        <VersionField
          value={draft.value.version}
          changed={draft.isChanged('version')}
          onChange={(version) => draft.set({ version })}
        />
        <p className="text-sm text-muted">{m.tagsNow(nextTags(draft.value))}</p>
      </div>
    )),
    {
      kind: 'switch',
      name: 'auto_increment_version',
      label: m.increment,
      help: m.incrementHelp,
    },
    { kind: 'switch', name: 'include_version_tags', label: m.versionTags, help: m.versionTagsHelp },
    { kind: 'switch', name: 'include_latest_tag', label: m.latestTag },
    { kind: 'switch', name: 'include_commit_tag', label: m.commitTag, help: m.commitTagHelp },
    {
      kind: 'text',
      name: 'image_tag',
      label: m.imageTag,
      help: m.imageTagHelp,
      placeholder: 'slim',
      mono: true,
    },
  ],
};

const argsSection: FormSection<Config> = {
  id: 'args',
  title: page.sections.args,
  fields: [
    pairsField<Config>({
      name: 'build_args',
      label: m.buildArgs,
      help: m.buildArgsHelp,
      kind: 'pair',
      separator: '=',
      keyPlaceholder: 'NAME',
      valuePlaceholder: 'value',
    }),
    pairsField<Config>({
      name: 'secret_args',
      label: m.secretArgs,
      help: m.secretArgsHelp,
      kind: 'pair',
      separator: '=',
      keyPlaceholder: 'NPM_TOKEN',
      valuePlaceholder: '[[NPM_TOKEN]]',
      secrets: true,
    }),
    { kind: 'switch', name: 'skip_secret_interp', label: m.skipInterp, help: m.skipInterpHelp },
  ],
};

function webhookSection({ id, branchOf }: SectionsOf): FormSection<Config> {
  return {
    id: 'webhook',
    title: page.sections.webhook,
    fields: [
      custom('webhook_enabled', hook.enabled, ({ value, set, isChanged }) => (
        <div key="address" className="flex flex-col gap-3">
          <Switch
            label={hook.enabled}
            checked={value.webhook_enabled}
            changed={isChanged('webhook_enabled')}
            onChange={(webhook_enabled) => set({ webhook_enabled })}
          />
          <WebhookAddress
            kind="build"
            id={id}
            enabled={value.webhook_enabled}
            branch={value.linked_repo ? branchOf(value.linked_repo) : value.branch}
          />
        </div>
      )),
      {
        kind: 'text',
        name: 'webhook_secret',
        label: hook.secret,
        help: hook.secretHelp,
        secret: true,
        when: (value) => value.webhook_enabled,
      },
    ],
  };
}

const advanced: FormSection<Config> = {
  id: 'advanced',
  title: page.sections.advanced,
  fields: [
    {
      kind: 'lines',
      name: 'extra_args',
      label: m.extraArgs,
      help: m.extraArgsHelp,
      placeholder: '--platform=linux/amd64',
    },
    pairsField<Config>({
      name: 'labels',
      label: m.labels,
      help: m.labelsHelp,
      kind: 'pair',
      separator: '=',
      keyPlaceholder: 'org.example.team',
      valuePlaceholder: 'web',
    }),
    { kind: 'lines', name: 'links', label: m.links, help: m.linksHelp, placeholder: 'https://' },
  ],
};

export function configSections(of: SectionsOf): ReadonlyArray<FormSection<Config>> {
  return [
    sourceSection(of),
    imageSection(of),
    buildSection(of),
    versioning,
    argsSection,
    webhookSection(of),
    advanced,
  ];
}
