/** One activity: what was done, by whom, how it went, step by step. */
import { useNavigate, useParams } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { ApiError } from '../../api/client';
import type { Update, UpdateDetail } from '../../api/types';
import { DiffView } from '../../editor/diff-view';
import { m } from '../../i18n/activity';
import { duration, moment } from '../../lib/format';
import { useRead } from '../../lib/query';
import { updateState } from '../../lib/states';
import { targetLink, useTargetNames } from '../../lib/targets';
import { useStored } from '../../lib/value';
import { useRows, useValue } from '../../live/hooks';
import { CancelButton } from '../../steps/cancel';
import { Elapsed } from '../../steps/step-row';
import { Steps } from '../../steps/steps';
import { m as s } from '../../steps/text';
import { look } from '../../theme/look';
import { Button } from '../../ui/button';
import { Facts } from '../../ui/dialog';
import { LinkButton } from '../../ui/link-button';
import {
  Card,
  Copyable,
  copyText,
  EmptyState,
  ErrorState,
  PageTitle,
  ResourceHeader,
  Skeleton,
  Time,
} from '../../ui/page';
import { Progress } from '../../ui/state';
import { TargetLink } from './links';
import { operatorName, targetText, updateTitle } from './operator';
import { retryOf } from './retry';

export default function Page() {
  const { update: id } = useParams({ strict: false }) as { update: string };
  return <Activity key={id} id={id} />;
}

/** An Update read by request, where the live topic does not have it. */
function asDetail(update: Update): UpdateDetail {
  return { ...update, steps: [] };
}

function Activity({ id }: { id: string }) {
  const topic = useValue(`update:${id}` as `update:${string}`);
  const failed = topic.error !== null && topic.error.status !== 404;
  const stored = useRead('GetUpdate', { id }, { enabled: failed });
  const update = topic.value ?? (stored.data ? asDetail(stored.data) : undefined);
  if (update) return <Detail id={id} update={update} />;
  if (topic.error?.status === 404 || topic.error?.status === 403) {
    return (
      <div className="card">
        <PageTitle title={m.title}>
          <span className="sr-only">{m.notFound}</span>
        </PageTitle>
        <EmptyState title={m.notFound} action={<LinkButton to="/activity">{m.title}</LinkButton>} />
      </div>
    );
  }
  if (stored.error) {
    return (
      <div className="card">
        <ErrorState error={stored.error} what={m.load} onRetry={() => void stored.refetch()} />
      </div>
    );
  }
  if (topic.error && !failed) {
    const error = new ApiError({ status: topic.error.status, message: topic.error.message });
    return <ErrorState error={error} what={m.load} />;
  }
  return <Skeleton rows={5} className="card" />;
}

function Detail({ id, update }: { id: string; update: UpdateDetail }) {
  useRows('updates');
  const nameOf = useTargetNames();
  const title = updateTitle(update.operation, update.target, nameOf, update.other_data);
  const running = update.status !== 'Complete';
  const [tone, word] = updateState({ ...update, id, username: '' });
  const step = update.steps?.findLast(({ success }) => success === null);
  const link = targetLink(update.target);
  const hasDiff = Boolean(update.prev_toml || update.current_toml);
  const name = nameOf(update.target);
  return (
    <>
      <ResourceHeader
        crumbs={[
          { label: m.title, to: '/activity' },
          ...(link && name ? [{ label: name, to: link.to as never, params: link.params }] : []),
        ]}
        tone={tone}
        name={title}
        state={running && step ? s.running(step.index + 1, step.stage) : word}
        facts={
          <>
            <Time ts={update.start_ts} /> {m.by} {operatorName(update, id)}
            {running ? (
              <>
                {' · '}
                <Elapsed since={update.start_ts} />
              </>
            ) : (
              update.end_ts && ` · ${duration(update.end_ts - update.start_ts)}`
            )}
          </>
        }
        actions={
          <>
            {running && <CancelButton id={id} title={title} />}
            {!running && <Retry update={update} title={title} />}
            <Button kind="quiet" onClick={() => void copyText(window.location.href, s.linkCopied)}>
              {s.copyLink}
            </Button>
          </>
        }
        below={
          <div className="mt-2 h-0.5">
            {running ? <Progress label={title} /> : <div className="h-px bg-line" />}
          </div>
        }
      />
      <div className="mt-3 grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_320px]">
        <div className="min-w-0">
          {hasDiff && (
            <Card title={s.changes} className="mb-3">
              <DiffView
                before={update.prev_toml ?? ''}
                after={update.current_toml ?? ''}
                label={s.changesLabel}
              />
            </Card>
          )}
          {(!hasDiff || (update.steps?.length ?? 0) > 0 || !update.success) && (
            <Steps id={id} update={update} />
          )}
        </div>
        <Side id={id} update={update} />
      </div>
    </>
  );
}

function Retry({ update, title }: { update: UpdateDetail; title: string }) {
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const again = retryOf(update.operation, update.target, title);
  if (!again || update.success) return null;
  return (
    <Button
      busy={busy}
      icon={<RotateCcw size={14} />}
      onClick={async () => {
        setBusy(true);
        const next = await again();
        setBusy(false);
        if (next) void navigate({ to: '/activity/$update', params: { update: next._id.$oid } });
      }}
    >
      {s.retry}
    </Button>
  );
}

/** Median run time of the same on the same target, of what is loaded; null below two. */
function useUsual(update: UpdateDetail, id: string): number | null {
  const { rows } = useRows('updates');
  const times = rows
    .filter(
      (row) =>
        row.id !== id &&
        row.operation === update.operation &&
        row.target.id === update.target.id &&
        row.success &&
        row.end_ts,
    )
    .map((row) => (row.end_ts ?? 0) - row.start_ts)
    .sort((a, b) => a - b);
  return times.length >= 2 ? (times[Math.floor(times.length / 2)] ?? null) : null;
}

function Side({ id, update }: { id: string; update: UpdateDetail }) {
  const { timezone } = useStored(look);
  const nameOf = useTargetNames();
  const usual = useUsual(update, id);
  const running = update.status !== 'Complete';
  const version = update.version;
  const length = running ? (
    <Elapsed since={update.start_ts} />
  ) : (
    duration(update.end_ts === null ? null : update.end_ts - update.start_ts)
  );
  return (
    <Card title={s.details} bodyClass="p-3">
      <Facts
        items={[
          [
            s.target,
            <TargetLink key="t" target={update.target} name={targetText(update.target, nameOf)} />,
          ],
          [s.by, operatorName(update, id)],
          [s.started, moment(update.start_ts, timezone === 'utc')],
          [
            running ? s.elapsed : s.duration,
            <span key="d">
              {length}
              {usual !== null && (
                <span className="text-muted"> · {s.usually(duration(usual))}</span>
              )}
            </span>,
          ],
          ...(version
            ? [[s.version, `${version.major}.${version.minor}.${version.patch}`] as const]
            : []),
          [s.id, <Copyable key="i" text={id} />],
        ]}
      />
    </Card>
  );
}
