/** State as shape + colour + word, meters, tags: the small marks that lists are made of. */
import type { ReactNode } from 'react';
import { cx } from '../lib/cx';
import { percent } from '../lib/format';

export type Tone = 'ok' | 'warn' | 'crit' | 'busy' | 'unknown' | 'off' | 'paused';

const colors: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  crit: 'text-crit',
  busy: 'text-busy',
  unknown: 'text-unknown',
  off: 'text-faint',
  paused: 'text-muted',
};

export function toneText(tone: Tone): string {
  return colors[tone];
}

function Shape({ tone }: { tone: Tone }) {
  switch (tone) {
    case 'ok':
      return <circle cx="5" cy="5" r="4" fill="currentColor" />;
    case 'warn':
      return <rect x="1" y="1" width="8" height="8" rx="1.5" fill="currentColor" />;
    case 'crit':
      return <path d="M5 .8 9.6 9.2H.4Z" fill="currentColor" />;
    case 'paused':
      return <path d="M2 1h2v8H2zM6 1h2v8H6z" fill="currentColor" />;
    case 'busy':
      return (
        <g fill="none" stroke="currentColor" strokeWidth="2">
          <circle cx="5" cy="5" r="3.5" strokeOpacity=".35" />
          <path d="M5 1.5A3.5 3.5 0 0 1 8.5 5" />
        </g>
      );
    default:
      return <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.4" />;
  }
}

/** The bare shape. Give a `label` where no word stands beside it. */
export function StateShape({
  tone,
  label,
  className,
}: {
  tone: Tone;
  label?: string | undefined;
  className?: string;
}) {
  return (
    <svg
      viewBox="0 0 10 10"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      data-tip={label}
      className={cx(
        'size-2.5 shrink-0',
        colors[tone],
        tone === 'busy' && 'animate-[spin_1.4s_linear_infinite]',
        className,
      )}
    >
      <Shape tone={tone} />
    </svg>
  );
}

/** Shape, colour and word. */
export function StateMark({
  tone,
  children,
  className,
}: {
  tone: Tone;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span className={cx('inline-flex min-w-0 items-center gap-1.5', className)}>
      <StateShape tone={tone} />
      <span className={cx('truncate', colors[tone])}>{children}</span>
    </span>
  );
}

/** A state's word in its colour, where its shape stands elsewhere in the row. */
export function StateWord({ state: [tone, word] }: { state: readonly [Tone, string] }) {
  const calm = tone === 'ok' || tone === 'off';
  return <span className={cx('truncate', calm ? 'text-muted' : colors[tone])}>{word}</span>;
}

export function meterTone(value: number, warning: number, critical: number): Tone {
  if (value >= critical) return 'crit';
  return value >= warning ? 'warn' : 'ok';
}

const fills: Partial<Record<Tone, string>> = {
  ok: 'bg-ok',
  warn: 'bg-warn',
  crit: 'bg-crit',
  busy: 'bg-busy',
};

/** A thin bar with its figure: 0–100. `label` names what is measured. */
export function Meter({
  value,
  label,
  warning = 75,
  critical = 90,
  figure = true,
  className,
}: {
  value: number | null;
  label: string;
  warning?: number;
  critical?: number;
  figure?: boolean;
  className?: string;
}) {
  if (value === null) return <span className="text-faint">–</span>;
  const tone = meterTone(value, warning, critical);
  const bounded = Math.max(0, Math.min(100, value));
  return (
    <span className={cx('flex w-full items-center gap-2', className)}>
      <span
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(bounded)}
        className="h-1 min-w-6 flex-1 overflow-hidden rounded-full bg-line"
      >
        <span
          className={cx('block h-full rounded-full', fills[tone])}
          style={{ width: `${bounded}%` }}
        />
      </span>
      {figure && (
        <span
          className={cx(
            'w-10 shrink-0 text-right',
            tone === 'ok' ? 'text-fg' : cx('font-medium', colors[tone]),
          )}
        >
          {percent(value)}
        </span>
      )}
    </span>
  );
}

/** Counts by tone as one bar; the words beside it say the same. */
export function SegmentBar({
  parts,
  className,
}: {
  parts: ReadonlyArray<readonly [Tone, number]>;
  className?: string;
}) {
  const total = parts.reduce((sum, [, n]) => sum + n, 0);
  return (
    <span
      aria-hidden="true"
      className={cx('flex h-1 gap-px overflow-hidden rounded-full bg-line', className)}
    >
      {total > 0 &&
        parts.map(([tone, n]) =>
          n > 0 ? (
            <span
              key={tone}
              className={cx('h-full min-w-[3px]', fills[tone] ?? 'bg-control')}
              style={{ flexGrow: n, flexBasis: 0 }}
            />
          ) : null,
        )}
    </span>
  );
}

export function Badge({
  tone,
  children,
  className,
}: {
  tone?: Tone;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={cx(
        'inline-flex h-[18px] shrink-0 items-center rounded-sm border border-line px-1.5 text-xs',
        tone ? colors[tone] : 'text-muted',
        className,
      )}
    >
      {children}
    </span>
  );
}

export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cx(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border border-line px-1 text-xs text-muted',
        className,
      )}
    >
      {children}
    </kbd>
  );
}

/** Something runs and says no more than that: a thin line that moves. */
export function Progress({ label, className }: { label: string; className?: string }) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      className={cx('block h-0.5 overflow-hidden rounded-full bg-line', className)}
    >
      <span className="block h-full w-1/4 animate-[slide_1.6s_ease-in-out_infinite] bg-busy" />
    </span>
  );
}
