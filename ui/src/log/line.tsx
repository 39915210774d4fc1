/** One line of a log as elements; text only ever becomes text nodes. */
import { Fragment, memo, type ReactNode } from 'react';
import { cx } from '../lib/cx';
import { parseAnsi, type Span } from './ansi';
import { MAX_COLUMNS, STDERR, SYSTEM } from './buffer';
import { type JsonLine, parseJsonLine } from './json';
import { findLevel } from './level';
import type { Painter } from './paint';
import { findInLine } from './query';
import { m } from './text';
import { breaksOf } from './wrap';

/** Palette of the level words: the same colours that programs use. */
const LEVEL_COLORS = ['', '--k8', '--k6', '--k2', '--k3', '--k1', '--k9'];
const LINK = /\bhttps?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}]/g;

interface Part {
  start: number;
  end: number;
  style?: React.CSSProperties;
}

function paintParts(text: string, spans: readonly Span[], painter: Painter): Part[] {
  if (spans.length > 0) {
    return spans.map((span) => ({ start: span.start, end: span.end, style: painter.style(span) }));
  }
  const { code, start, end } = findLevel(text);
  return end > start ? [{ start, end, style: { color: `var(${LEVEL_COLORS[code]})` } }] : [];
}

const covering = <T extends { start: number; end: number }>(parts: readonly T[], at: number) =>
  parts.find((part) => part.start <= at && at < part.end);

/** The text with its colours, matches and links. */
function rich(
  text: string,
  paints: readonly Part[],
  pattern: RegExp | null,
  breaks: readonly number[] = [],
): ReactNode {
  const hits = pattern ? findInLine(text, pattern).map(([start, end]) => ({ start, end })) : [];
  const links =
    text.length < 4_000 && text.includes('http')
      ? [...text.matchAll(LINK)].map((match) => ({
          start: match.index,
          end: match.index + match[0].length,
        }))
      : [];
  if (paints.length + hits.length + links.length + breaks.length === 0) return text;
  const rowStarts = new Set(breaks);
  const cuts = new Set([0, text.length, ...breaks]);
  for (const { start, end } of [...paints, ...hits, ...links]) {
    cuts.add(start);
    cuts.add(end);
  }
  const points = [...cuts].sort((a, b) => a - b);
  return points.slice(0, -1).map((start, i) => {
    const piece = text.slice(start, points[i + 1]);
    const paint = covering(paints, start);
    const hit = covering(hits, start);
    const link = covering(links, start);
    const style = paint?.style;
    const rowStart = rowStarts.has(start) && <br />;
    let node: ReactNode = piece;
    if (hit) {
      node = (
        <mark className="log-hit" style={style}>
          {piece}
        </mark>
      );
    } else if (style) {
      node = <span style={style}>{piece}</span>;
    }
    if (!link) {
      return (
        <Fragment key={start}>
          {rowStart}
          {node}
        </Fragment>
      );
    }
    return (
      <a
        key={start}
        href={text.slice(link.start, link.end)}
        target="_blank"
        rel="noopener noreferrer"
        className="underline"
      >
        {rowStart}
        {node}
      </a>
    );
  });
}

function JsonFields({
  line,
  pattern,
  onField,
}: {
  line: JsonLine;
  pattern: RegExp | null;
  onField: ((source: string) => void) | undefined;
}) {
  return (
    <>
      {line.message && rich(line.message, [], pattern)}
      {line.message && line.fields.length > 0 && '  '}
      {line.fields.map((field, index) => (
        <span key={field.key}>
          {index > 0 && ' '}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the mouse; the search field does the same */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
          <span className="cursor-pointer hover:underline" onClick={() => onField?.(field.source)}>
            <span className="text-faint">{field.key}=</span>
            {rich(field.value, [], pattern)}
          </span>
        </span>
      ))}
    </>
  );
}

export interface LogLineProps {
  index: number;
  raw: string;
  time: string;
  level: number;
  stream: number;
  name: string;
  nameColor: number;
  nameWidth: number;
  timeWidth: number;
  /** 18 px rows it takes. */
  rows: number;
  /** Columns after which lines break; 0 = they do not. */
  wrapColumns: number;
  json: boolean;
  active: boolean;
  current: boolean;
  marksStreams: boolean;
  pattern: RegExp | null;
  painter: Painter;
  onField?: ((source: string) => void) | undefined;
}

export const LogLine = memo(function LogLine(props: LogLineProps) {
  const { raw, level, rows, wrapColumns, painter, pattern } = props;
  const bad = level >= 5;
  const json = props.json ? parseJsonLine(parseAnsi(raw).text) : null;
  return (
    <div
      data-line={props.index}
      data-level={level}
      className={cx(
        'log-line flex border-l-2 pr-2 pl-2',
        bad
          ? 'border-crit tint-log-crit'
          : props.marksStreams && props.stream === STDERR
            ? 'border-unknown'
            : 'border-transparent',
        props.current && 'tint-log-current',
        props.active && 'tint-log-active',
        props.stream === SYSTEM && 'text-muted italic',
      )}
      style={{ height: rows * 18 }}
    >
      {props.timeWidth > 0 && (
        <span className="shrink-0 text-faint select-none" style={{ width: `${props.timeWidth}ch` }}>
          {props.time}
        </span>
      )}
      {props.nameWidth > 0 && (
        <span
          className="shrink-0 truncate select-none"
          style={{ width: `${props.nameWidth}ch`, color: `var(--k${props.nameColor})` }}
        >
          {props.name}
        </span>
      )}
      <span className={json && wrapColumns > 0 ? 'log-wrap min-w-0 flex-1' : 'whitespace-pre'}>
        {json ? (
          <JsonFields line={json} pattern={pattern} onField={props.onField} />
        ) : (
          <LineText raw={raw} pattern={pattern} painter={painter} wrapColumns={wrapColumns} />
        )}
      </span>
    </div>
  );
});

function LineText({
  raw,
  pattern,
  painter,
  wrapColumns,
}: {
  raw: string;
  pattern: RegExp | null;
  painter: Painter;
  wrapColumns: number;
}) {
  const source = raw.length > 4 * MAX_COLUMNS ? raw.slice(0, 4 * MAX_COLUMNS) : raw;
  const styled = parseAnsi(source);
  const cut = styled.text.length > MAX_COLUMNS;
  const text = cut ? styled.text.slice(0, MAX_COLUMNS) : styled.text;
  return (
    <>
      {rich(
        text,
        paintParts(text, styled.spans, painter),
        pattern,
        wrapColumns > 0 ? breaksOf(text, wrapColumns) : [],
      )}
      {(cut || source !== raw) && (
        <span className="text-faint select-none">{m.clipped(raw.length - text.length)}</span>
      )}
    </>
  );
}
