/** All steps of an activity with their output, live or replayed, and what made it fail. */
import { useEffect, useMemo, useState } from 'react';
import type { Update, UpdateDetail, UpdateStep } from '../api/types';
import { useRead } from '../lib/query';
import { useLines } from '../live/hooks';
import { Button } from '../ui/button';
import { Card } from '../ui/page';
import { StateShape } from '../ui/state';
import { findFailure } from './failure';
import { StepsFeed } from './feed';
import { StepRow } from './step-row';
import { m } from './text';

/** Steps as a stored Update's logs have them. */
export function stepsOfLogs(update: Pick<Update, 'logs'>): UpdateStep[] {
  return update.logs.map((log, index) => ({
    index,
    stage: log.stage,
    command: log.command,
    success: log.success,
    start_ts: log.start_ts,
    end_ts: log.end_ts,
  }));
}

/** The feed of an activity; it fills as lines come. */
function useFeed(id: string): { feed: StepsFeed; dropped: number } {
  const feed = useMemo(() => {
    void id;
    return new StepsFeed();
  }, [id]);
  useEffect(() => () => feed.close(), [feed]);
  const { lines, count, dropped } = useLines(`update:${id}`);
  useEffect(() => feed.take(lines, count, dropped), [feed, lines, count, dropped]);
  return { feed, dropped };
}

export function Steps({ id, update }: { id: string; update: UpdateDetail }) {
  const { feed, dropped } = useFeed(id);
  const running = update.status !== 'Complete';
  const [jump, setJump] = useState<{ step: number; index: number } | null>(null);
  const told = update.steps ?? [];
  // What was logged without lines (short steps of Core itself) is only in the stored Update.
  const stored = useRead('GetUpdate', { id }, { enabled: !running, staleTime: 300_000 });
  const steps = told.length > 0 ? told : stored.data ? stepsOfLogs(stored.data) : [];
  useEffect(() => {
    stored.data?.logs.forEach((log, index) => {
      feed.fill(told[index]?.index ?? index, log);
    });
  }, [stored.data, feed, told]);
  return (
    <>
      {!running && !update.success && update.outcome !== 'Cancelled' && (
        <FailureBanner
          rolledBack={update.outcome === 'RolledBack'}
          steps={steps}
          feed={feed}
          ready={!stored.isPending}
          onJump={(step, index) => setJump({ step, index })}
        />
      )}
      <Card title={m.steps}>
        {dropped > 0 && <p className="px-3 py-1.5 text-sm text-warn">{m.droppedLines(dropped)}</p>}
        {steps.length === 0 ? (
          <p className="px-3 py-2 text-muted">{running ? m.stepsSoon : m.noSteps}</p>
        ) : (
          <ol>
            {steps.map((step) => (
              <StepRow
                key={step.index}
                step={step}
                view={feed.view(step.index)}
                running={running}
                jump={jump?.step === step.index ? jump : null}
              />
            ))}
          </ol>
        )}
      </Card>
    </>
  );
}

function FailureBanner({
  rolledBack,
  steps,
  feed,
  ready,
  onJump,
}: {
  rolledBack: boolean;
  steps: readonly UpdateStep[];
  feed: StepsFeed;
  ready: boolean;
  onJump: (step: number, index: number) => void;
}) {
  const failed = steps.find(({ success }) => success === false);
  if (!failed || !ready) return null;
  const failure = findFailure(feed.view(failed.index).buffer);
  return (
    <div
      role="alert"
      className="tint-crit mb-3 flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border border-line px-3 py-2.5"
    >
      <StateShape tone="crit" className="mt-1.5" />
      <div className="min-w-0 flex-1">
        <p className="font-bold">
          {m.failedAt(failed.stage)}
          {failure.exitCode !== null && (
            <span className="font-normal text-muted"> · {m.exitCode(failure.exitCode)}</span>
          )}
        </p>
        {failure.line && <p className="mono mt-0.5 wrap-anywhere">{failure.line}</p>}
        {rolledBack && <p className="mt-1">{m.rolledBack}</p>}
        {failure.fix && <p className="mt-1 text-muted">{failure.fix}</p>}
      </div>
      {failure.index >= 0 && (
        <Button onClick={() => onJump(failed.index, failure.index)}>{m.jump}</Button>
      )}
    </div>
  );
}
