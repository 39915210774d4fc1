/** The config tab: the form over the saved config, the review, and the offer to build. */
import { useMemo, useState } from 'react';
import type { Build, BuildConfig, BuildRow } from '../../api/types';
import { ConfigReview } from '../../editor/config-review';
import type { SecretFields } from '../../editor/masked';
import { holdsSecrets } from '../../editor/pairs';
import { m } from '../../i18n/builds';
import { useGitAccounts, useRegistryAccounts } from '../../lib/accounts';
import { runAction } from '../../lib/action';
import { versionText } from '../../lib/builds';
import { type Draft, useDraft } from '../../lib/draft';
import { reaches, useLevel } from '../../lib/permission';
import { queries, readKey } from '../../lib/query';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { ConfigForm, type FormSection } from '../../ui/form';
import { ErrorState, Skeleton } from '../../ui/page';
import { SavedOffer, useSaveRunKey } from '../../ui/saved-offer';
import { buildActions, buildNouns, targetOf } from './actions';
import { useBuild } from './read';
import { configSections } from './sections';

export function ConfigTab({ row }: { row: BuildRow }) {
  const query = useBuild(row);
  if (query.error && !query.data) {
    return (
      <div className="card">
        <ErrorState error={query.error} what={m.loadConfig} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (!query.data) return <Skeleton rows={12} className="card" />;
  return <Form key={row.id} row={row} build={query.data} />;
}

type Secrets = ReadonlyArray<keyof BuildConfig>;
const SECRET: Secrets = ['webhook_secret', 'secret_args'];
const SECRET_ARGS: Secrets = ['webhook_secret', 'secret_args', 'build_args'];

/** The draft that the config and the Dockerfile tab share. */
export function useBuildDraft(build: Build): Draft<BuildConfig> {
  const [args, setArgs] = useState(() => holdsSecrets(build.config.build_args));
  const draft = useDraft<BuildConfig>(`build/${build._id.$oid}`, build.config, {
    secrets: args ? SECRET_ARGS : SECRET,
  });
  if (!args && holdsSecrets(draft.value.build_args)) setArgs(true);
  return draft;
}

function useSections(row: BuildRow, config: BuildConfig): ReadonlyArray<FormSection<BuildConfig>> {
  const { rows: builders } = useRows('builders');
  const { rows: repos } = useRows('repos');
  const git = useGitAccounts();
  const registries = useRegistryAccounts();
  const { builder_id, linked_repo } = config;
  return useMemo(() => {
    const options = (
      rows: ReadonlyArray<{ id: string; name: string }>,
      none: string,
      chosen: string,
      unknown: (id: string) => string,
    ) => [
      { value: '', label: none },
      ...rows.map(({ id, name }) => ({ value: id, label: name })),
      ...(chosen && !rows.some(({ id }) => id === chosen)
        ? [{ value: chosen, label: unknown(chosen) }]
        : []),
    ];
    return configSections({
      id: row.id,
      name: row.name,
      builders: options(builders, m.config.noBuilderOption, builder_id, m.unknownBuilder),
      repos: options(repos, m.git.notLinked, linked_repo, m.git.unknownRepo),
      branchOf: (repo) => repos.find(({ id }) => id === repo)?.info.branch ?? '',
      git,
      registries,
    });
  }, [row.id, row.name, builders, repos, builder_id, linked_repo, git, registries]);
}

/** Saves a partial config. */
export async function saveBuild(row: BuildRow, config: Partial<BuildConfig>) {
  const updated = await write('UpdateBuild', { id: row.id, config }, `${m.saveBuild} ${row.name}`);
  if (updated) queries.setQueryData(readKey('GetBuild', { build: row.id }), updated);
  return updated;
}

/** Presses Build on it. */
export async function pressBuild(row: BuildRow, anchor: Element | null): Promise<number> {
  const action = buildActions.find(({ id }) => id === 'build');
  return action ? runAction(action, [row], buildNouns, anchor) : 0;
}

function Form({ row, build }: { row: BuildRow; build: Build }) {
  const draft = useBuildDraft(build);
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const level = useLevel(target);
  const sections = useSections(row, draft.value);
  const [offer, setOffer] = useState(false);
  const save = async (partial: Partial<BuildConfig>) => {
    const updated = await saveBuild(row, partial);
    if (updated) setOffer(Boolean(updated.config.builder_id));
    return updated;
  };
  const press = async (anchor: Element | null) => {
    if ((await pressBuild(row, anchor)) > 0) setOffer(false);
  };
  const saveAndBuild = async (anchor: Element | null) => {
    if (draft.dirty && (await save(draft.partial)) === null) return;
    await press(anchor);
  };
  useSaveRunKey(() => void saveAndBuild(document.querySelector('[data-save-run]')));
  return (
    <>
      <ConfigForm
        draft={draft}
        sections={sections}
        onSave={save}
        disabledReason={reaches(level, 'Write') ? null : m.readOnly}
        review={(current) => <Review name={row.name} draft={current} />}
        extra={
          <Button
            data-save-run=""
            shortcut="Ctrl Shift Enter"
            onClick={(event) => void saveAndBuild(event.currentTarget)}
          >
            {m.saveBuild}
          </Button>
        }
      />
      {offer && !draft.dirty && (
        <SavedOffer
          text={m.savedOffer}
          now={m.buildNow}
          later={m.later}
          onNow={press}
          onLater={() => setOffer(false)}
        />
      )}
    </>
  );
}

const SECRETS: SecretFields<BuildConfig> = { pairs: ['secret_args'], texts: ['webhook_secret'] };

export function Review({ name, draft }: { name: string; draft: Draft<BuildConfig> }) {
  const readable = (config: BuildConfig) =>
    ({ ...config, version: versionText(config.version) }) as unknown as BuildConfig;
  return (
    <ConfigReview
      label={`${m.reviewLabel}: ${name}`}
      saved={readable(draft.saved)}
      value={readable(draft.value)}
      secrets={SECRETS}
    />
  );
}
