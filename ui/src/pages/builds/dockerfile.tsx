/** The Dockerfile of a build: part of its config, or where its source is, written back from here. */
import { RefreshCw } from 'lucide-react';
import { useMemo } from 'react';
import type { Build, BuildConfig, BuildRow } from '../../api/types';
import { CodeField } from '../../editor/code-field';
import { DiffView } from '../../editor/diff-view';
import { m as all } from '../../i18n/builds';
import { hasSource, shortHash, sourceKind } from '../../lib/builds';
import { type Draft, useDraft } from '../../lib/draft';
import { reaches, useLevel } from '../../lib/permission';
import { refresh } from '../../lib/query';
import { tellError, watchRun, write } from '../../lib/run';
import { useRow } from '../../live/hooks';
import { Button } from '../../ui/button';
import { confirm } from '../../ui/confirm';
import { ConfigForm, type FormSection, UnsavedPill } from '../../ui/form';
import { EmptyState, ErrorState, Skeleton } from '../../ui/page';
import { StateShape } from '../../ui/state';
import { targetOf } from './actions';
import { Review, saveBuild, useBuildDraft } from './config';
import { useBuild } from './read';
import { dockerfileField } from './sections';

const m = all.dockerfile;

export function DockerfileTab({ row }: { row: BuildRow }) {
  const query = useBuild(row);
  if (query.error && !query.data) {
    return (
      <div className="card">
        <ErrorState
          error={query.error}
          what={all.loadConfig}
          onRetry={() => void query.refetch()}
        />
      </div>
    );
  }
  if (!query.data) return <Skeleton rows={10} className="card" />;
  if (sourceKind(query.data.config) === 'ui') return <Here row={row} build={query.data} />;
  return <Remote row={row} build={query.data} />;
}

const HERE: ReadonlyArray<FormSection<BuildConfig>> = [
  { id: 'dockerfile', title: all.tabs.dockerfile, help: m.here, fields: [dockerfileField()] },
];

function useMayWrite(id: string): boolean {
  return reaches(useLevel(useMemo(() => targetOf({ id }), [id])), 'Write');
}

function Here({ row, build }: { row: BuildRow; build: Build }) {
  const draft = useBuildDraft(build);
  const writes = useMayWrite(row.id);
  return (
    <ConfigForm
      draft={draft}
      sections={HERE}
      onSave={(partial) => saveBuild(row, partial)}
      disabledReason={writes ? null : all.readOnly}
      review={(current) => <Review name={row.name} draft={current} />}
    />
  );
}

interface File {
  contents: string;
}
const FILE: ReadonlyArray<FormSection<File>> = [
  {
    id: 'file',
    title: all.tabs.dockerfile,
    fields: [{ kind: 'area', name: 'contents', label: all.tabs.dockerfile }],
  },
];

function Remote({ row, build }: { row: BuildRow; build: Build }) {
  const { config, info } = build;
  const linked = useRow('repos', config.linked_repo);
  const onHost = config.files_on_host;
  const branch = linked?.info.branch ?? config.branch;
  const writes = useMayWrite(row.id);
  const read = info.remote_contents;
  const draft = useDraft<File>(
    `build-file/${row.id}`,
    useMemo(() => ({ contents: read ?? '' }), [read]),
  );
  if (!hasSource(row)) {
    return (
      <div className="card">
        <EmptyState title={m.missing}>{all.why.noSource}</EmptyState>
      </div>
    );
  }
  const path = info.remote_path ?? [config.build_path, config.dockerfile_path].join('/');
  return (
    <section aria-label={all.tabs.dockerfile} className="card max-w-[1080px]">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <p className="min-w-0 flex-1 wrap-anywhere text-muted">
          {onHost ? m.host(path) : m.repo(path.replace(/^\.\//, ''), branch)}
        </p>
        <ReadAgain row={row} />
      </header>
      <div className="flex flex-col gap-3 p-4">
        {info.remote_error && <Problem text={info.remote_error} />}
        {read === null && !info.remote_error && (
          <p className="text-muted">{onHost ? m.missingHost : m.missingText}</p>
        )}
        {config.commit && <p className="text-warn">{m.pinned(shortHash(config.commit))}</p>}
        <CodeField
          label={m.label(row.name)}
          readOnly={!writes}
          value={draft.value.contents}
          onChange={(contents) => draft.set({ contents })}
        />
        <p className="text-sm text-muted">{writes ? m.leave : all.readOnly}</p>
      </div>
      <UnsavedPill
        draft={draft}
        sections={FILE}
        onSave={({ contents = '' }) => writeBack(row, contents, onHost ? '' : branch)}
        review={(current) => <FileReview draft={current} />}
      />
    </section>
  );
}

function Problem({ text }: { text: string }) {
  return (
    <div
      role="alert"
      className="tint-crit flex items-start gap-2.5 rounded border border-line px-3 py-2"
    >
      <StateShape tone="crit" className="mt-1.5" />
      <div className="min-w-0">
        <p className="font-medium">{m.readError}</p>
        <p className="wrap-anywhere text-muted">{text}</p>
      </div>
    </div>
  );
}

async function readAgain(row: BuildRow): Promise<void> {
  const done = await write('RefreshBuildCache', { build: row.id }, m.readAgain);
  if (done !== null) await refresh('GetBuild');
}

function ReadAgain({ row }: { row: BuildRow }) {
  return (
    <Button icon={<RefreshCw size={14} />} onClick={() => void readAgain(row)}>
      {m.readAgain}
    </Button>
  );
}

/** Asks, then writes: a commit to `branch`, or to the builder where there is none. */
async function writeBack(row: BuildRow, contents: string, branch: string): Promise<boolean> {
  const yes = await confirm({
    level: 1,
    title: branch ? m.commitTitle(branch) : m.writeTitle,
    impact: branch ? m.commitImpact(branch) : m.writeImpact,
    confirm: branch ? m.commit : m.write,
  });
  if (!yes) return false;
  const title = branch ? m.commit : m.write;
  const update = await write('WriteBuildFileContents', { build: row.id, contents }, title);
  if (!update) return false;
  watchRun(update._id.$oid);
  if (update.status === 'Complete' && !update.success) {
    const failed = update.logs.find(({ success }) => !success);
    tellError(new Error(failed?.stderr || failed?.stage || ''), title);
    return false;
  }
  // Core reads it again by itself, but later than it answers.
  await readAgain(row);
  return true;
}

function FileReview({ draft }: { draft: Draft<File> }) {
  return (
    <DiffView
      before={draft.saved.contents}
      after={draft.value.contents}
      label={m.reviewTitle}
      className="rounded border border-line"
    />
  );
}
