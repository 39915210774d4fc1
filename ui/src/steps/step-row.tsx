/** One step: state, name, command, duration; its output below when open. */
import { ChevronRight, Maximize2 } from 'lucide-react';
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import type { UpdateStep } from '../api/types';
import { useSecond } from '../lib/clock';
import { cx } from '../lib/cx';
import { duration } from '../lib/format';
import { usePhone } from '../lib/measure';
import { useStored } from '../lib/value';
import { serverNow } from '../live/socket';
import { LogBody, type LogBodyHandle } from '../log/body';
import { logPrefs } from '../log/prefs';
import type { LogView } from '../log/view';
import { LogViewer } from '../log/viewer';
import { IconButton } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { CopyButton } from '../ui/page';
import { StateShape, type Tone } from '../ui/state';
import { m } from './text';

/** Rows of output shown under a step before it scrolls. */
const MAX_ROWS = 24;

function stepTone(step: UpdateStep, running: boolean): readonly [Tone, string] {
  if (step.success === true) return ['ok', 'done'];
  if (step.success === false) return ['crit', 'failed'];
  return running ? ['busy', 'running'] : ['unknown', 'not finished'];
}

export interface StepRowProps {
  step: UpdateStep;
  view: LogView;
  /** The activity still runs. */
  running: boolean;
  /** A line to jump to; a new object jumps again. */
  jump: { index: number } | null;
}

export function StepRow({ step, view, running, jump }: StepRowProps) {
  const id = useId();
  useSyncExternalStore(view.subscribe, view.readVersion);
  const active = running && step.success === null;
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [full, setFull] = useState(false);
  const body = useRef<LogBodyHandle>(null);
  const open = chosen ?? (active || step.success === false);
  const [tone, word] = stepTone(step, running);
  const lines = view.buffer.end - view.buffer.first;

  useEffect(() => {
    if (!jump) return;
    setChosen(true);
    const frame = requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
        body.current?.jumpTo(jump.index);
        body.current?.focus();
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [jump, id]);

  return (
    <li className="border-b border-line last:border-0">
      <div className="flex min-h-8 items-center gap-1 pr-2 coarse:min-h-11">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setChosen(!open)}
          className="focus-inset flex min-h-8 min-w-0 flex-1 items-center gap-2.5 pl-3 text-left hover:tint-hover coarse:min-h-11"
        >
          <StateShape tone={tone} label={word} />
          <ChevronRight
            size={14}
            aria-hidden="true"
            className={cx('shrink-0 text-faint transition-transform', open && 'rotate-90')}
          />
          <span className="max-w-[60%] shrink-0 truncate font-bold">{step.stage}</span>
          <span className="mono min-w-0 truncate text-muted">{step.command.split('\n')[0]}</span>
        </button>
        {step.command && <CopyButton text={step.command} label={m.copyCommand} />}
        {open && lines > 0 && (
          <IconButton
            label={m.openFull}
            icon={<Maximize2 size={14} />}
            className="size-6 coarse:size-9"
            onClick={() => setFull(true)}
          />
        )}
        <span className="min-w-14 text-right whitespace-nowrap text-muted">
          {active ? (
            <Elapsed since={step.start_ts} />
          ) : (
            duration(step.end_ts === null ? null : step.end_ts - step.start_ts)
          )}
        </span>
      </div>
      {open && (
        <div id={id} className="border-t border-line">
          {lines > 0 ? (
            <StepOutput view={view} name={step.stage} live={active} handle={body} />
          ) : (
            <p className="bg-sunken px-3 py-1.5 text-sm text-muted">
              {active ? m.waiting : m.noOutput}
            </p>
          )}
        </div>
      )}
      {full && (
        <Dialog title={step.stage} width={1400} onClose={() => setFull(false)}>
          <LogViewer
            view={view}
            name={step.stage}
            live={active}
            className="h-[calc(100dvh-130px)]"
          />
        </Dialog>
      )}
    </li>
  );
}

/** Time since a moment of Core's clock, ticking. */
export function Elapsed({ since }: { since: number }) {
  useSecond();
  const ms = serverNow() - since;
  // Whole seconds: tenths that jump by ten are noise.
  return <span>{duration(ms < 10_000 ? Math.floor(Math.max(0, ms) / 1000) * 1000 : ms)}</span>;
}

function StepOutput({
  view,
  name,
  live,
  handle,
}: {
  view: LogView;
  name: string;
  live: boolean;
  handle: React.Ref<LogBodyHandle>;
}) {
  const stored = useStored(logPrefs);
  const phone = usePhone();
  const [follow, setFollow] = useState(live);
  const keep = useRef(setFollow).current;
  return (
    <LogBody
      view={view}
      label={m.expand(name)}
      prefs={{ ...stored, time: 'off', wrap: stored.wrap ?? phone }}
      follow={follow && live}
      setFollow={keep}
      current={-1}
      aloud={false}
      maxRows={MAX_ROWS}
      handle={handle}
    />
  );
}
