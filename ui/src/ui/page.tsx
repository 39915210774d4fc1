/** The parts that pages are built of: headers, cards, tabs, states, times, copy buttons. */
import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { ApiError } from '../api/client';
import { m } from '../i18n/common';
import { useNow } from '../lib/clock';
import { cx } from '../lib/cx';
import { age, ago, clock } from '../lib/format';
import { useStored } from '../lib/value';
import { clockOffset, connection, serverNow } from '../live/socket';
import { Button } from './button';
import { Facts } from './facts';
import { StateShape, type Tone, toneText } from './state';

// --- Title and header --------------------------------------------------------

/** The page's one h1. It takes the focus after a change of route and names the document. */
export function PageTitle({ children, title }: { children: ReactNode; title: string }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useTitle(title);
  return (
    <h1 ref={ref} tabIndex={-1} data-page-title className="min-w-0 text-xl font-bold wrap-anywhere">
      {children}
    </h1>
  );
}

let running = 0;
let titleNow: string = m.product;

function writeTitle(): void {
  const state = running > 0 ? `(${running} running) ` : '';
  document.title =
    titleNow === m.product ? `${state}${m.product}` : `${state}${titleNow} - ${m.product}`;
}

/** Called by the shell: running activities are part of the document's title. */
export function setRunning(count: number): void {
  running = count;
  writeTitle();
}

export function useTitle(title: string): void {
  useEffect(() => {
    titleNow = title;
    writeTitle();
  }, [title]);
}

export interface Crumb {
  label: string;
  to: LinkProps['to'];
  params?: Record<string, string>;
}

/** Breadcrumb, state + name + facts, actions at the right. */
export function ResourceHeader({
  crumbs,
  tone,
  name,
  state,
  facts,
  tags,
  actions,
  below,
}: {
  crumbs: readonly Crumb[];
  tone: Tone;
  name: string;
  /** The state in words. */
  state: ReactNode;
  facts?: ReactNode;
  tags?: ReactNode;
  actions?: ReactNode;
  /** Busy strip, banners. */
  below?: ReactNode;
}) {
  return (
    <header className="mb-1">
      <Crumbs crumbs={crumbs} />
      <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2.5 gap-y-1 phone:basis-full">
          <StateShape tone={tone} />
          <PageTitle title={name}>{name}</PageTitle>
          <span className={cx('text-sm', toneText(tone))}>{state}</span>
          {facts && <span className="min-w-0 text-muted phone:basis-full">{facts}</span>}
          {tags}
        </div>
        {actions && <div className="flex shrink-0 flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {below}
    </header>
  );
}

export function Crumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb" className="text-sm text-muted">
      <ol className="flex flex-wrap items-center">
        {crumbs.map((crumb, index) => (
          <li key={crumb.label} className="flex items-center">
            {index > 0 && (
              <span aria-hidden="true" className="px-1.5">
                /
              </span>
            )}
            <Link
              to={crumb.to as string}
              params={(crumb.params ?? {}) as never}
              className="py-0.5 hover:text-fg hover:underline"
            >
              {crumb.label}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Title line of a list or settings page. */
export function PageHeader({
  title,
  children,
  count,
}: {
  title: string;
  children?: ReactNode;
  count?: string | undefined;
}) {
  return (
    <header className="mb-3 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
      <div className="flex flex-1 items-baseline gap-2">
        <PageTitle title={title}>{title}</PageTitle>
        {count && <span className="text-muted">{count}</span>}
      </div>
      {children}
    </header>
  );
}

// --- Tabs --------------------------------------------------------------------

export interface Tab {
  id: string;
  label: string;
  count?: number | undefined;
}

/**
 * Tabs that are routes. `to` is the route's path with `$tab` among its params.
 * Keys 1..9 are bound by the shell to `[data-tab-index]`.
 */
export function Tabs({
  tabs,
  active,
  to,
  params,
  label,
}: {
  tabs: readonly Tab[];
  active: string;
  to: LinkProps['to'];
  params: Record<string, string>;
  label: string;
}) {
  const ref = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active tab is scrolled to when it changes
  useEffect(() => {
    const strip = ref.current;
    const link = strip?.querySelector<HTMLElement>('[aria-current]');
    if (!strip || !link || strip.scrollWidth <= strip.clientWidth) return;
    strip.scrollTo({ left: link.offsetLeft - strip.clientWidth / 2 + link.clientWidth / 2 });
  }, [active]);
  return (
    <nav
      ref={ref}
      aria-label={label}
      className="scroll-x relative -mx-(--gutter) mb-3 flex border-b border-line px-(--gutter) [scrollbar-width:none]"
    >
      {tabs.map((tab, index) => (
        <Link
          key={tab.id}
          to={to as string}
          params={{ ...params, tab: tab.id } as never}
          replace
          data-tab-index={index + 1}
          data-key={String(index + 1)}
          aria-current={tab.id === active ? 'page' : undefined}
          className={cx(
            'focus-inset -mb-px flex h-9 shrink-0 items-center gap-1 border-b-2 px-2.5 whitespace-nowrap',
            tab.id === active
              ? 'border-accent font-medium text-fg'
              : 'border-transparent text-muted hover:text-fg',
          )}
        >
          {tab.label}
          {tab.count !== undefined && <span>{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}

// --- Cards --------------------------------------------------------------------

export function Card({
  title,
  badge,
  aside,
  children,
  className,
  bodyClass,
}: {
  title: ReactNode;
  badge?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  bodyClass?: string;
}) {
  return (
    <section className={cx('card overflow-hidden', className)}>
      <header className="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3 py-1">
        <h2 className="font-bold">{title}</h2>
        {badge}
        <div className="ml-auto flex min-w-0 items-center gap-2 text-muted">{aside}</div>
      </header>
      <div className={bodyClass}>{children}</div>
    </section>
  );
}

// --- States of a view -----------------------------------------------------------

/** Grey blocks in the final geometry; invisible for the first 150 ms. */
export function Skeleton({ rows = 6, className }: { rows?: number; className?: string }) {
  return (
    <div
      role="status"
      aria-label={m.loading}
      className={cx('animate-[appear_0.2s_0.15s_both]', className)}
    >
      {Array.from({ length: rows }, (_, index) => (
        <div
          key={index}
          className="flex h-(--row) items-center gap-4 border-b border-line px-3 last:border-0"
        >
          <span className="size-2.5 rounded-full bg-line" />
          <span
            className="h-2.5 rounded-sm bg-line"
            style={{ width: `${16 + ((index * 7) % 12)}%` }}
          />
          <span className="h-2.5 w-1/6 rounded-sm bg-line/60" />
          <span className="h-2.5 w-1/12 rounded-sm bg-line/60" />
        </div>
      ))}
    </div>
  );
}

export function EmptyState({
  title,
  children,
  action,
  icon,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      {icon && <div className="mb-1 text-faint">{icon}</div>}
      <p className="text-lg font-bold">{title}</p>
      {children && <div className="max-w-md text-muted">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** What failed, why, and Retry; shown where the content would be. */
export function ErrorState({
  error,
  what,
  onRetry,
}: {
  error: unknown;
  /** "load the processes" */
  what: string;
  onRetry?: (() => void) | undefined;
}) {
  const api = error instanceof ApiError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  if (api?.status === 403) {
    return <EmptyState title={m.noPermissionTitle}>{message || m.noPermissionText}</EmptyState>;
  }
  return (
    <div role="alert" className="flex items-start gap-2.5 p-4">
      <StateShape tone="crit" className="mt-1.5" />
      <div className="min-w-0 flex-1">
        <p className="font-bold">{m.couldNot(what)}</p>
        <p className="wrap-anywhere text-muted">{api?.status === 501 ? m.notBuilt : message}</p>
        {api && (
          <details className="mt-2 text-sm text-muted">
            <summary className="w-fit py-1">{m.details}</summary>
            <Facts
              items={[
                [m.status, api.status === 0 ? 'no answer' : `${api.status} ${api.code}`],
                [m.request, <code key="r">{api.request}</code>],
                ...(api.id ? [[m.requestId, <code key="i">{api.id}</code>] as const] : []),
                ...api.trace.map((cause) => [m.cause, cause] as const),
              ]}
            />
          </details>
        )}
      </div>
      {onRetry && <Button onClick={onRetry}>{m.retry}</Button>}
    </div>
  );
}

/** Dims its children and says since when, while they are old. */
export function Stale({
  since,
  children,
  className,
}: {
  /** ms; null or 0 = fresh. */
  since: number | null;
  children: ReactNode;
  className?: string;
}) {
  if (!since) return <div className={className}>{children}</div>;
  return (
    <div className={cx('relative', className)}>
      {/* Beside the flow: going stale must move nothing. */}
      <p className="absolute -top-4 right-0 rounded-sm bg-bg px-1 text-xs text-warn">
        {m.asOf(clock(since))}
      </p>
      <div className="stale">{children}</div>
    </div>
  );
}

/** When live data stopped being fresh, in ms, or null while it is. Ten seconds of grace. */
export function useStaleSince(): number | null {
  const { phase, asOf } = useStored(connection);
  return phase === 'offline' && asOf > 0 ? asOf : null;
}

// --- Small things ------------------------------------------------------------------

/** "2m ago", the moment in its title; ticks. `bare` leaves out "ago". */
export function Time({
  ts,
  bare = false,
  className,
}: {
  ts: number | null | undefined;
  bare?: boolean;
  className?: string;
}) {
  useNow();
  useStored(clockOffset);
  if (!ts) return <span className={className}>–</span>;
  const now = serverNow();
  return (
    <time dateTime={new Date(ts).toISOString()} data-tip-ts={ts} className={className}>
      {bare ? age(now - ts, true) : ago(ts, now)}
    </time>
  );
}

export { Copyable, CopyButton, copyText } from './copy';
