/** The log viewer: toolbar, lines, status line, and its keys. */
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { cx } from '../lib/cx';
import { bytes } from '../lib/format';
import { type Shortcut, useShortcuts } from '../lib/keys';
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
  useLogKeys({ search, body, go, follow, setFollow });

  const shown = view.count;
  const all = view.buffer.count;
  const fresh = follow ? 0 : Math.max(0, view.buffer.end - seen);
  return (
    <div className={cx('card flex min-h-0 flex-col overflow-hidden', props.className)}>
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
          current={at >= 0 && view.filter.mode === 'find' ? (hits[at] ?? -1) : -1}
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
  search: React.RefObject<HTMLInputElement | null>;
  body: React.RefObject<LogBodyHandle | null>;
  go: (by: 1 | -1) => void;
  follow: boolean;
  setFollow: (follow: boolean) => void;
}

/** The keys of the log, anywhere on the page that shows it. */
function useLogKeys(keys: LogKeys): void {
  const { search, body, go, follow, setFollow } = keys;
  const phone = usePhone();
  const key = (name: string, what: string, run: () => void): Shortcut => ({
    keys: name,
    what,
    group: 'logs',
    run,
  });
  useShortcuts([
    key('/', m.search, () => search.current?.select()),
    key('n', m.next, () => go(1)),
    key('N', m.previous, () => go(-1)),
    key('F', m.followTip, () => setFollow(!follow)),
    key('w', m.wrapTip, () => setLogPrefs({ wrap: !(logPrefs.get().wrap ?? phone) })),
    key('t', m.time, () => setLogPrefs({ time: nextTime(logPrefs.get().time) })),
    key('j', m.jsonTip, () => setLogPrefs({ json: !logPrefs.get().json })),
    key('g g', m.toStart, () => body.current?.toStart()),
    key('G', m.toEnd, () => setFollow(true)),
  ]);
  useEffect(() => {
    const find = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'f' || event.shiftKey) return;
      // The second press finds the field focused and goes to the browser.
      if (document.activeElement === search.current || document.querySelector('dialog[open]'))
        return;
      event.preventDefault();
      search.current?.select();
    };
    document.addEventListener('keydown', find);
    return () => document.removeEventListener('keydown', find);
  }, [search]);
}
