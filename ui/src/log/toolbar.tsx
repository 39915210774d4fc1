/** What can be asked of a log: search, filter, levels, display, download, follow. */
import {
  ArrowDown,
  ArrowUp,
  CaseSensitive,
  ChevronDown,
  Ellipsis,
  ListFilter,
  Regex,
  Replace,
} from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { cx } from '../lib/cx';
import { usePhone } from '../lib/measure';
import { Button, IconButton } from '../ui/button';
import { Input } from '../ui/field';
import { type MenuItem, showMenu } from '../ui/menu';
import { StateShape } from '../ui/state';
import { downloadLog } from './download';
import { LEVELS } from './level';
import { type LogPrefs, nextTime, setLogPrefs, type TimeMode } from './prefs';
import type { Query } from './query';
import { m } from './text';
import type { LogView } from './view';

export interface LogToolbarProps {
  view: LogView;
  name: string;
  prefs: LogPrefs & { wrap: boolean };
  follow: boolean;
  setFollow: (follow: boolean) => void;
  fresh: number;
  /** Which hit is looked at: 0-based, or -1. */
  at: number;
  go: (by: 1 | -1) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  aloud: boolean;
  setAloud: (aloud: boolean) => void;
  /** The source's own controls, such as since when. */
  extra?: ReactNode;
  extraItems?: readonly MenuItem[] | undefined;
  following: boolean;
}

function Toggle({
  label,
  pressed,
  onPress,
  children,
  shortcut,
}: {
  label: string;
  pressed: boolean;
  onPress: () => void;
  children: ReactNode;
  shortcut?: string;
}) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-label={label}
      data-tip={label}
      data-key={shortcut}
      onClick={onPress}
      className={cx(
        'focus-inset inline-flex h-full min-w-7 items-center justify-center px-1.5 coarse:min-w-9',
        pressed ? 'bg-sunken font-medium text-fg' : 'text-muted hover:text-fg',
      )}
    >
      {children}
    </button>
  );
}

const groupClass =
  'inline-flex h-(--ctl) shrink-0 items-stretch overflow-hidden rounded border border-line bg-surface';

function hitText({ view, at }: { view: LogView; at: number }): string {
  const { search } = view;
  if (search.error) {
    return search.error === 'takes too long' ? m.slowPattern : m.badPattern(search.error);
  }
  if (!search.active) return '';
  const n = search.hits().length;
  if (search.busy && n === 0) return m.searching;
  return at >= 0 && view.filter.mode === 'find' ? m.hitOf(at + 1, n) : m.hits(n);
}

export function displayItems(props: LogToolbarProps): MenuItem[] {
  const { view, prefs, aloud } = props;
  const { filter } = view;
  const times: readonly TimeMode[] = ['abs', 'rel', 'utc', 'off'];
  const contexts = [0, 2, 5];
  return [
    ...times.map((mode) => ({
      label: m.timeModes[mode],
      checked: prefs.time === mode,
      onSelect: () => setLogPrefs({ time: mode }),
    })),
    {
      label: m.wrap,
      checked: prefs.wrap,
      separated: true,
      shortcut: 'w',
      onSelect: () => setLogPrefs({ wrap: !prefs.wrap }),
    },
    {
      label: m.json,
      checked: prefs.json,
      shortcut: 'j',
      onSelect: () => setLogPrefs({ json: !prefs.json }),
    },
    { label: m.readAloud, checked: aloud, onSelect: () => props.setAloud(!aloud) },
    ...(['all', 'out', 'err'] as const).map((stream, index) => ({
      label: { all: m.allStreams, out: m.onlyOut, err: m.onlyErr }[stream],
      checked: filter.stream === stream,
      separated: index === 0,
      onSelect: () => view.setFilter({ stream }),
    })),
    ...contexts.map((context, index) => ({
      label: m.context(context),
      checked: filter.context === context,
      separated: index === 0,
      onSelect: () => view.setFilter({ context }),
    })),
  ];
}

function levelItems(view: LogView): MenuItem[] {
  return LEVELS.map((level, code) => ({
    label: m.levelNames[level],
    checked: !((view.filter.hiddenLevels >> code) & 1),
    onSelect: () => view.setFilter({ hiddenLevels: view.filter.hiddenLevels ^ (1 << code) }),
  }));
}

function downloadItems(view: LogView, name: string): MenuItem[] {
  return [
    { label: m.downloadLog, onSelect: () => downloadLog(view, name, 'log') },
    { label: m.downloadJson, onSelect: () => downloadLog(view, name, 'jsonl') },
  ];
}

export function LogToolbar(props: LogToolbarProps) {
  const { view, prefs, at, go, searchRef } = props;
  const { filter } = view;
  const phone = usePhone();
  const setQuery = (change: Partial<Query>) =>
    view.setFilter({ query: { ...filter.query, ...change } });
  const hits = hitText({ view, at });
  const searching = filter.query.text !== '';
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-surface p-2">
      <div className="flex min-w-0 flex-1 items-center gap-2 md:max-w-96 phone:basis-full">
        <Input
          ref={searchRef}
          type="search"
          aria-label={m.search}
          placeholder={m.searchHint}
          aria-keyshortcuts="/"
          aria-invalid={view.search.error ? true : undefined}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          value={filter.query.text}
          onChange={(event) => setQuery({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape' && searching) setQuery({ text: '' });
            else if (event.key === 'Escape') event.currentTarget.blur();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
          className="min-w-24 flex-1"
        />
        <span className={groupClass}>
          <Toggle
            label={m.regex}
            pressed={filter.query.regex}
            onPress={() => setQuery({ regex: !filter.query.regex })}
          >
            <Regex size={15} aria-hidden="true" />
          </Toggle>
          <Toggle
            label={m.matchCase}
            pressed={filter.query.caseSensitive}
            onPress={() => setQuery({ caseSensitive: !filter.query.caseSensitive })}
          >
            <CaseSensitive size={16} aria-hidden="true" />
          </Toggle>
          <Toggle
            label={m.invert}
            pressed={filter.query.invert}
            onPress={() => setQuery({ invert: !filter.query.invert })}
          >
            <Replace size={14} aria-hidden="true" />
          </Toggle>
        </span>
      </div>
      {hits && (
        <span
          role="status"
          className={cx('whitespace-nowrap', view.search.error ? 'text-crit' : 'text-muted')}
        >
          {hits}
        </span>
      )}
      {searching && filter.mode === 'find' && (
        <span className="inline-flex">
          <IconButton
            label={m.previous}
            shortcut="N"
            icon={<ArrowUp size={15} />}
            onClick={() => go(-1)}
          />
          <IconButton
            label={m.next}
            shortcut="n"
            icon={<ArrowDown size={15} />}
            onClick={() => go(1)}
          />
        </span>
      )}
      <Button
        aria-pressed={filter.mode === 'filter'}
        tip={m.filterTip}
        icon={<ListFilter size={14} />}
        onClick={() => view.setFilter({ mode: filter.mode === 'filter' ? 'find' : 'filter' })}
        className={filter.mode === 'filter' ? 'border-accent text-accent' : ''}
      >
        {m.filter}
      </Button>
      {!phone && (
        <Button
          aria-haspopup="menu"
          className={filter.hiddenLevels ? 'border-accent text-accent' : ''}
          onClick={(event) => showMenu(event.currentTarget, levelItems(view), m.levels)}
        >
          {m.levels}
          <ChevronDown size={14} />
        </Button>
      )}
      <FollowButton {...props} />
      <span className="ml-auto flex flex-wrap items-center gap-2">
        {!phone && (
          <>
            <DisplayToggles {...props} />
            {props.extra}
            <Button
              kind="quiet"
              aria-haspopup="menu"
              onClick={(event) =>
                showMenu(event.currentTarget, downloadItems(view, props.name), m.download)
              }
            >
              {m.download}
            </Button>
          </>
        )}
        <IconButton
          label={m.display}
          aria-haspopup="menu"
          icon={<Ellipsis size={16} />}
          onClick={(event) =>
            showMenu(
              event.currentTarget,
              phone
                ? [
                    ...displayItems(props),
                    ...levelItems(view).map((item, i) => ({ ...item, separated: i === 0 })),
                    ...(props.extraItems ?? []).map((item, i) => ({ ...item, separated: i === 0 })),
                    ...downloadItems(view, props.name).map((item, i) => ({
                      ...item,
                      separated: i === 0,
                    })),
                  ]
                : displayItems(props),
              m.display,
            )
          }
        />
      </span>
      {prefs.time === 'rel' && <span className="sr-only">{m.timeModes.rel}</span>}
    </div>
  );
}

function DisplayToggles({ prefs }: LogToolbarProps) {
  return (
    <span className={groupClass}>
      <Toggle
        label={`${m.time}: ${m.timeModes[prefs.time]}`}
        pressed={prefs.time !== 'off'}
        shortcut="t"
        onPress={() => setLogPrefs({ time: nextTime(prefs.time) })}
      >
        {prefs.time === 'off' ? m.time : m.timeModes[prefs.time]}
      </Toggle>
      <Toggle
        label={m.wrapTip}
        pressed={prefs.wrap}
        shortcut="w"
        onPress={() => setLogPrefs({ wrap: !prefs.wrap })}
      >
        {m.wrap}
      </Toggle>
      <Toggle
        label={m.jsonTip}
        pressed={prefs.json}
        shortcut="j"
        onPress={() => setLogPrefs({ json: !prefs.json })}
      >
        {m.json}
      </Toggle>
    </span>
  );
}

function FollowButton({ follow, setFollow, fresh, following }: LogToolbarProps) {
  if (!following) return null;
  return (
    <Button
      aria-pressed={follow}
      tip={m.followTip}
      shortcut="F"
      onClick={() => setFollow(!follow)}
      icon={<StateShape tone={follow ? 'ok' : 'paused'} />}
    >
      {follow ? m.following : fresh > 0 ? m.newLines(fresh) : m.follow}
    </Button>
  );
}
