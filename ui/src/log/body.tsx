/** The scrolling lines of a log: only those in sight are elements. */
import { Copy, Link2, ListTree } from 'lucide-react';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import './log.css';
import { useNow } from '../lib/clock';
import { age, clock } from '../lib/format';
import { useStored } from '../lib/value';
import { isDark, look } from '../theme/look';
import { IconButton } from '../ui/button';
import { copyText } from '../ui/page';
import { plainText } from './ansi';
import type { Line } from './buffer';
import { LogLine } from './line';
import { currentPainter } from './paint';
import type { LogPrefs, TimeMode } from './prefs';
import { ROW, useColumnWidth, useLogScroll } from './scroll';
import { m } from './text';
import { HitTicks } from './ticks';
import type { LogView } from './view';

/** Columns that a timestamp takes with the gap behind it. */
const TIME_WIDTH: Record<TimeMode, number> = { off: 0, abs: 13, utc: 14, rel: 9 };
/** Colours of source names, the same name always in the same one. */
const NAME_COLORS = [4, 5, 6, 2, 3, 12, 13, 14];
const PADDING_PX = 18;
const OVERSCAN = 4;

function nameColor(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i += 1) hash = (hash * 31 + name.charCodeAt(i)) >>> 0;
  return NAME_COLORS[hash % NAME_COLORS.length] ?? 4;
}

function timeText(ts: number, mode: TimeMode, utc: boolean, now: number): string {
  if (ts <= 0 || mode === 'off') return '';
  if (mode === 'rel') return age(now - ts, true);
  const millis = String(Math.floor(ts % 1000)).padStart(3, '0');
  return mode === 'utc' ? `${clock(ts, true)}.${millis}Z` : `${clock(ts, utc)}.${millis}`;
}

export interface LogBodyHandle {
  jumpTo: (index: number) => void;
  toStart: () => void;
  focus: () => void;
}

export interface LogBodyProps {
  view: LogView;
  label: string;
  prefs: LogPrefs & { wrap: boolean };
  follow: boolean;
  setFollow: (follow: boolean) => void;
  /** The hit that is looked at, or -1. */
  current: number;
  aloud: boolean;
  /** Makes the address of a line; without it lines cannot be linked. */
  linkTo?: ((line: Line) => string) | undefined;
  /** Grows with its lines up to this many rows instead of filling its parent. */
  maxRows?: number | undefined;
  handle: React.Ref<LogBodyHandle>;
}

export function LogBody(props: LogBodyProps) {
  const { view, prefs, follow, setFollow } = props;
  const ref = useRef<HTMLDivElement>(null);
  const version = useSyncExternalStore(view.subscribe, view.readVersion);
  const { timezone } = useStored(look);
  const dark = useStored(isDark);
  const now = useNow();
  const [active, setActive] = useState(-1);
  const scroll = useLogScroll(ref, view, version, follow, setFollow);
  const column = useColumnWidth(ref);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides the colours
  const painter = useMemo(() => currentPainter(), [dark]);

  const timeWidth = TIME_WIDTH[prefs.time];
  const nameWidth = useMemo(
    () => Math.min(22, Math.max(0, ...view.sources.map((name) => name.length + 1))),
    [view.sources],
  );
  const gutter = (timeWidth + nameWidth) * column + PADDING_PX;
  const columns = Math.max(10, Math.floor((scroll.width - gutter) / column));
  const wrapColumns = prefs.wrap && scroll.width > 0 ? columns : 0;
  useEffect(() => view.setWrap(wrapColumns), [view, wrapColumns]);
  useEffect(() => view.setJson(prefs.json), [view, prefs.json]);
  usePauseOnSelection(ref, setFollow);

  const jumpTo = (index: number) => {
    setFollow(false);
    setActive(index);
    scroll.jump(view.topOf(view.positionOf(index)));
  };
  const step = (by: number) => {
    const at = active < 0 ? view.count : view.positionOf(active);
    const position = Math.max(0, Math.min(view.count - 1, at + by));
    const index = view.indexAt(position);
    setActive(index);
    const top = view.topOf(position) * ROW;
    if (top < scroll.top || top + ROW > scroll.top + scroll.height) {
      setFollow(false);
      scroll.jump(view.topOf(position), by < 0 ? 'start' : 'end');
    }
  };
  useImperativeHandle(props.handle, () => ({
    jumpTo,
    toStart: () => {
      setFollow(false);
      scroll.jump(0, 'start');
    },
    focus: () => ref.current?.focus(),
  }));

  const onField = useCallback(
    (source: string) =>
      view.setFilter({
        mode: 'filter',
        query: { text: source, regex: false, caseSensitive: true, invert: false },
      }),
    [view],
  );
  const rows = visibleRows(view, scroll.top, scroll.height);
  const activeRow = rows.items.find((row) => row.line.index === active);
  const height = props.maxRows
    ? Math.min(view.rows, props.maxRows) * ROW + (prefs.wrap ? 2 : 14)
    : undefined;
  const width = prefs.wrap ? undefined : view.buffer.columns * column + gutter + 8;
  const pattern = view.search.highlight;
  const marksStreams = view.filter.stream === 'all';

  return (
    <div className="relative min-h-0 flex-1 bg-sunken">
      <div
        ref={ref}
        role="log"
        aria-live="off"
        aria-label={props.label}
        tabIndex={0}
        data-log-body
        onKeyDown={(event) => {
          if (event.altKey || event.ctrlKey || event.metaKey) return;
          if (event.key === 'ArrowDown') step(1);
          else if (event.key === 'ArrowUp') step(-1);
          else if (event.key === 'PageUp') scroll.by(2 - Math.floor(scroll.height / ROW));
          else if (event.key === 'PageDown') scroll.by(Math.floor(scroll.height / ROW) - 2);
          else if (event.key === ' ') setFollow(!follow);
          else return;
          event.preventDefault();
        }}
        onCopy={copyLines}
        onClick={(event) => {
          const line = (event.target as Element).closest('[data-line]');
          if (line && document.getSelection()?.isCollapsed !== false) {
            setActive(Number(line.getAttribute('data-line')));
          }
        }}
        className={
          props.maxRows
            ? 'focus-inset overflow-auto overscroll-auto'
            : 'focus-inset absolute inset-0 overflow-auto overscroll-contain'
        }
        style={height ? { height } : undefined}
      >
        <div style={{ height: scroll.physical, width, minWidth: '100%' }}>
          <div className="sticky top-0 h-0">
            <div style={{ transform: `translateY(${rows.offset}px)` }}>
              {rows.items.map(({ line, rows: taken }) => (
                <LogLine
                  key={line.index}
                  index={line.index}
                  raw={line.raw}
                  time={timeText(line.ts, prefs.time, timezone === 'utc', now)}
                  level={line.level}
                  stream={line.stream}
                  name={view.sources[line.source] ?? ''}
                  nameColor={nameWidth ? nameColor(view.sources[line.source] ?? '') : 0}
                  nameWidth={nameWidth}
                  timeWidth={timeWidth}
                  rows={taken}
                  wrapColumns={wrapColumns}
                  json={prefs.json}
                  active={line.index === active}
                  current={line.index === props.current}
                  marksStreams={marksStreams}
                  pattern={pattern}
                  painter={painter}
                  onField={onField}
                />
              ))}
            </div>
          </div>
        </div>
      </div>
      {view.search.active && <HitTicks view={view} version={version} />}
      {activeRow && (
        <LineActions
          line={activeRow.line}
          y={activeRow.y}
          filtered={view.count !== view.buffer.count}
          linkTo={props.linkTo}
          onContext={() => {
            view.setFilter({ mode: 'find', hiddenLevels: 0, stream: 'all' });
            const { index } = activeRow.line;
            requestAnimationFrame(() => requestAnimationFrame(() => jumpTo(index)));
          }}
        />
      )}
      {props.aloud && <NewLinesAloud view={view} version={version} />}
    </div>
  );
}

interface RowInSight {
  line: Line;
  rows: number;
  y: number;
}

function visibleRows(view: LogView, top: number, height: number) {
  const items: RowInSight[] = [];
  if (view.count === 0) return { items, offset: 0 };
  const firstRow = Math.max(0, Math.floor(top / ROW) - OVERSCAN);
  const found = view.find(Math.min(firstRow, Math.max(0, view.rows - 1)));
  const offset = found.top * ROW - top;
  let y = offset;
  for (let position = found.position; position < view.count; position += 1) {
    if (y > height + OVERSCAN * ROW) break;
    const line = view.lineAt(position);
    const rows = view.rowsAt(position);
    if (line) items.push({ line, rows, y });
    y += rows * ROW;
  }
  return { items, offset };
}

function LineActions({
  line,
  y,
  filtered,
  linkTo,
  onContext,
}: {
  line: Line;
  y: number;
  filtered: boolean;
  linkTo: ((line: Line) => string) | undefined;
  onContext: () => void;
}) {
  return (
    <div
      role="toolbar"
      aria-label={m.lineActions}
      className="absolute right-3 z-1 flex rounded border border-line bg-raised"
      style={{ top: Math.max(0, y - 5) }}
    >
      <IconButton
        label={m.copyLine}
        icon={<Copy size={14} />}
        onClick={() => void copyText(plainText(line.raw), m.copyLine)}
      />
      {linkTo && line.ts > 0 && (
        <IconButton
          label={m.copyLink}
          icon={<Link2 size={14} />}
          onClick={() => void copyText(linkTo(line), m.copyLink)}
        />
      )}
      {filtered && (
        <IconButton label={m.showContext} icon={<ListTree size={14} />} onClick={onContext} />
      )}
    </div>
  );
}

/** Copies what the lines say: without times and names, and without the breaks of wrapped rows. */
function copyLines(event: React.ClipboardEvent): void {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return;
  const piece = selection.getRangeAt(0).cloneContents();
  for (const column of piece.querySelectorAll('.select-none')) column.remove();
  const lines = [...piece.querySelectorAll('[data-line]')].map(({ textContent }) => textContent);
  event.clipboardData.setData(
    'text/plain',
    lines.length > 0 ? lines.join('\n') : (piece.textContent ?? ''),
  );
  event.preventDefault();
}

/** Selecting text in a log that runs would lose it: following stops. */
function usePauseOnSelection(
  ref: React.RefObject<HTMLDivElement | null>,
  setFollow: (follow: boolean) => void,
): void {
  useEffect(() => {
    const selected = () => {
      const selection = document.getSelection();
      if (!selection || selection.isCollapsed) return;
      if (selection.anchorNode && ref.current?.contains(selection.anchorNode)) setFollow(false);
    };
    document.addEventListener('selectionchange', selected);
    return () => document.removeEventListener('selectionchange', selected);
  }, [ref, setFollow]);
}

const ALOUD_LINES = 3;

function NewLinesAloud({ view, version }: { view: LogView; version: number }) {
  const [said, setSaid] = useState({ upTo: view.buffer.end, text: '' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again when lines came
  useEffect(() => {
    const timer = setTimeout(() => {
      const { end } = view.buffer;
      if (end <= said.upTo) return;
      const from = Math.max(said.upTo, end - ALOUD_LINES);
      setSaid({ upTo: end, text: plainText(view.buffer.text(from, end)) });
    }, 800);
    return () => clearTimeout(timer);
  }, [version]);
  return (
    <div role="status" className="sr-only">
      {said.text}
    </div>
  );
}
