/** The log viewer: toolbar, lines, status line, and its keys. */
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { cx } from '../lib/cx';
import { bytes } from '../lib/format';
import { usePhone } from '../lib/measure';
import { useStored } from '../lib/value';
import { look } from '../theme/look';
import { Button } from '../ui/button';
import type { MenuItem } from '../ui/menu';
import { Kbd } from '../ui/state';
import { LogBody, type LogBodyHandle } from './body';
import type { Line } from './buffer';
import { logPrefs, nextTime, setLogPrefs } from './prefs';
import { m } from './text';
import { LogToolbar } from './toolbar';
import { type LogView, SHOW_ALL } from './view';

export interface LogViewerProps {
  view: LogView;
  /** For file names and the accessible name. */
  name: string;
  /** Lines may still come. */
  live: boolean;
  /** How the source stands: "Live", "Ended: ...". */
  status?: ReactNode;
  extra?: ReactNode;
  extraItems?: readonly MenuItem[];
  linkTo?: (line: Line) => string;
  /** Jumps to the first line at or after this time, once. */
  at?: number | undefined;
  onLoadOlder?: (() => void) | undefined;
  className?: string;
}

/** A log that fills its parent's height. */
export function LogViewer(props: LogViewerProps) {
  const { view, live } = props;
  const stored = useStored(logPrefs);
  const phone = usePhone();
  const prefs = { ...stored, wrap: stored.wrap ?? phone };
  const version = useSyncExternalStore(view.subscribe, view.readVersion);
  const [follow, setFollowState] = useState(props.at === undefined);
  const [seen, setSeen] = useState(0);
  const [at, setAt] = useState(-1);
  const [aloud, setAloud] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const body = useRef<LogBodyHandle>(null);

  const setFollow = useRef((value: boolean) => {
    setFollowState((before) => {
      if (before && !value) setSeen(view.buffer.end);
      return value;
    });
  }).current;

  const hits = view.search.hits();
  const go = (by: 1 | -1) => {
    if (hits.length === 0 || view.filter.mode === 'filter') return;
    const next = at < 0 ? (by > 0 ? 0 : hits.length - 1) : (at + by + hits.length) % hits.length;
    setAt(next);
    body.current?.jumpTo(hits[next] ?? 0);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query has other hits
  useEffect(() => setAt(-1), [view.filter.query]);
  useJumpOnce(view, version, props.at, body);
  useLogKeys(root, { view, search, body, go, follow, setFollow });

  const shown = view.count;
  const all = view.buffer.count;
  const fresh = follow ? 0 : Math.max(0, view.buffer.end - seen);
  return (
    <div ref={root} className={cx('card flex min-h-0 flex-col overflow-hidden', props.className)}>
      <LogToolbar
        view={view}
        name={props.name}
        prefs={prefs}
        follow={follow}
        setFollow={setFollow}
        fresh={fresh}
        at={at}
        go={go}
        searchRef={search}
        aloud={aloud}
        setAloud={setAloud}
        extra={props.extra}
        extraItems={props.extraItems}
        following={live}
      />
      {shown === 0 ? (
        <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-3 bg-sunken p-6 text-muted">
          <p>{all > 0 ? m.emptyFiltered : live ? m.waiting : m.empty}</p>
          {all > 0 && <Button onClick={() => view.setFilter(SHOW_ALL)}>{m.clearFilter}</Button>}
        </div>
      ) : (
        <LogBody
          view={view}
          label={m.logOf(props.name)}
          prefs={prefs}
          follow={follow}
          setFollow={setFollow}
          current={at >= 0 ? (hits[at] ?? -1) : -1}
          aloud={aloud}
          linkTo={props.linkTo}
          handle={body}
        />
      )}
      <footer className="flex min-h-7 flex-wrap items-center gap-x-3 border-t border-line bg-surface px-2 text-sm text-muted">
        {props.status}
        <span>
          {shown === all ? m.lines(all) : m.shown(shown, all)} · {bytes(view.buffer.chars)}
        </span>
        {view.buffer.first > 0 && <span className="text-warn">{m.dropped}</span>}
        {props.onLoadOlder && (
          <Button kind="quiet" className="h-6 text-accent" onClick={props.onLoadOlder}>
            {m.older}
          </Button>
        )}
        <LogKeyHints />
      </footer>
    </div>
  );
}

function LogKeyHints() {
  const { shortcuts } = useStored(look);
  if (!shortcuts) return null;
  const keys = [
    ['/', m.searchHint],
    ['n', m.next],
    ['F', m.follow],
    ['w', m.wrap],
    ['t', m.time],
    ['j', m.json],
  ] as const;
  return (
    <span aria-hidden="true" className="ml-auto hidden items-center gap-2 py-1 lg:flex">
      {keys.map(([key, label]) => (
        <span key={key} className="flex items-center gap-1">
          <Kbd>{key}</Kbd>
          {label}
        </span>
      ))}
    </span>
  );
}

/** Follows a link to a line: once, when lines of that time are there. */
function useJumpOnce(
  view: LogView,
  version: number,
  at: number | undefined,
  body: React.RefObject<LogBodyHandle | null>,
): void {
  const done = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: tried again when lines came
  useEffect(() => {
    if (at === undefined || done.current || view.buffer.count === 0) return;
    const index = view.buffer.at(at);
    if ((view.buffer.line(index)?.ts ?? 0) < at) return;
    done.current = true;
    requestAnimationFrame(() => body.current?.jumpTo(index));
  }, [version, at]);
}

interface LogKeys {
  view: LogView;
  search: React.RefObject<HTMLInputElement | null>;
  body: React.RefObject<LogBodyHandle | null>;
  go: (by: 1 | -1) => void;
  follow: boolean;
  setFollow: (follow: boolean) => void;
}

const editable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The keys of the log, anywhere on the page that shows it. */
function useLogKeys(root: React.RefObject<HTMLElement | null>, keys: LogKeys): void {
  const last = useRef({ key: '', at: 0 });
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.metaKey) return;
      if (
        editable(event.target) ||
        document.querySelector('dialog[open], [popover]:popover-open')
      ) {
        return;
      }
      const { search, body, go, follow, setFollow } = now.current;
      const prefs = logPrefs.get();
      const wide = !matchMedia('(max-width: 699px)').matches;
      if (event.ctrlKey) {
        // The second press finds the field focused and goes to the browser.
        if (event.key !== 'f' || document.activeElement === search.current) return;
        search.current?.select();
      } else if (!look.get().shortcuts) {
        return;
      } else if (event.key === '/') search.current?.select();
      else if (event.key === 'n') go(1);
      else if (event.key === 'N') go(-1);
      else if (event.key === 'F') setFollow(!follow);
      else if (event.key === ' ' && root.current?.contains(event.target as Node)) {
        if ((event.target as Element).closest('button, a')) return;
        setFollow(!follow);
      } else if (event.key === 'w') setLogPrefs({ wrap: !(prefs.wrap ?? !wide) });
      else if (event.key === 't') setLogPrefs({ time: nextTime(prefs.time) });
      else if (event.key === 'j') setLogPrefs({ json: !prefs.json });
      else if (event.key === 'G') setFollow(true);
      else if (event.key === 'g') {
        const twice = last.current.key === 'g' && performance.now() - last.current.at < 600;
        last.current = { key: 'g', at: performance.now() };
        if (!twice) return;
        body.current?.toStart();
      } else return;
      last.current = { key: event.key, at: performance.now() };
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the page's own keys: `j` and `/` mean something else in lists.
    document.addEventListener('keydown', pressed, true);
    return () => document.removeEventListener('keydown', pressed, true);
  }, [root]);
}
