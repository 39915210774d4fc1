/** A JSON value as a tree: filter, copy a path or a value, or all of it as text. */
import { ChevronRight, Copy, RefreshCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { m } from '../../i18n/containers';
import { cx } from '../../lib/cx';
import { Button, IconButton } from '../../ui/button';
import { Input, Segmented } from '../../ui/field';
import { copyText } from '../../ui/page';

type Json = unknown;

const isBranch = (value: Json): value is object => typeof value === 'object' && value !== null;
const entriesOf = (value: object): Array<[string, Json]> =>
  Array.isArray(value) ? value.map((item, at) => [String(at), item]) : Object.entries(value);

/** The path as one writes it: `.NetworkSettings.Ports["80/tcp"][0]`. */
export function childPath(parent: string, key: string, inArray: boolean): string {
  if (inArray) return `${parent}[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;
}

/** Paths of everything that contains the text, with all that lies above. */
export function matchingPaths(root: Json, text: string): Set<string> {
  const wanted = text.toLowerCase();
  const found = new Set<string>();
  const visit = (value: Json, path: string, hitAbove: boolean): boolean => {
    if (!isBranch(value)) {
      const hit = hitAbove || String(value).toLowerCase().includes(wanted);
      if (hit) found.add(path);
      return hit;
    }
    let any = hitAbove;
    for (const [key, item] of entriesOf(value)) {
      const hit = hitAbove || (!Array.isArray(value) && key.toLowerCase().includes(wanted));
      const inside = visit(item, childPath(path, key, Array.isArray(value)), hit);
      any = any || inside || hit;
    }
    if (any) found.add(path);
    return any;
  };
  visit(root, '', false);
  return found;
}

export function JsonTree({
  value,
  label,
  onRefresh,
  refreshing,
}: {
  value: Json;
  label: string;
  onRefresh?: () => void;
  refreshing?: boolean;
}) {
  const [filter, setFilter] = useState('');
  const [mode, setMode] = useState<'tree' | 'raw'>('tree');
  const [all, setAll] = useState<{ open: boolean } | null>(null);
  const text = filter.trim();
  const shown = useMemo(() => (text ? matchingPaths(value, text) : null), [value, text]);
  const raw = useMemo(() => JSON.stringify(value, null, 2), [value]);
  return (
    <section aria-label={label} className="card min-w-0 overflow-hidden">
      <header className="flex flex-wrap items-center gap-2 border-b border-line p-2">
        <Input
          type="search"
          data-page-filter=""
          aria-label={m.inspect.filter}
          placeholder={m.inspect.filter}
          autoCapitalize="off"
          spellCheck={false}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          className="max-w-80 min-w-40 flex-1 phone:max-w-none phone:basis-full"
        />
        <Segmented
          label={m.inspect.view}
          options={[
            { value: 'tree', label: m.inspect.tree },
            { value: 'raw', label: m.inspect.raw },
          ]}
          value={mode}
          onChange={setMode}
        />
        {mode === 'tree' && (
          <>
            <Button kind="quiet" onClick={() => setAll({ open: true })}>
              {m.inspect.expand}
            </Button>
            <Button kind="quiet" onClick={() => setAll({ open: false })}>
              {m.inspect.collapse}
            </Button>
          </>
        )}
        <span className="ml-auto flex gap-1">
          <Button kind="quiet" icon={<Copy size={14} />} onClick={() => void copyText(raw, label)}>
            {m.inspect.copyAll}
          </Button>
          {onRefresh && (
            <IconButton
              label={m.inspect.refresh}
              busy={refreshing ?? false}
              icon={<RefreshCw size={14} />}
              onClick={onRefresh}
            />
          )}
        </span>
      </header>
      {mode === 'raw' ? (
        <pre
          tabIndex={0}
          aria-label={label}
          className="mono focus-inset max-h-[70dvh] overflow-auto bg-sunken p-3 leading-[18px]"
        >
          {raw}
        </pre>
      ) : shown?.size === 0 ? (
        <p className="p-4 text-muted">{m.inspect.noMatch(text)}</p>
      ) : (
        <ul className="mono overflow-x-auto py-1 leading-[18px]" key={String(all?.open)}>
          {entriesOf(isBranch(value) ? value : { value }).map(([key, item]) => (
            <Node
              key={key}
              name={key}
              value={item}
              path={childPath('', key, Array.isArray(value))}
              depth={0}
              shown={shown}
              all={all}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface NodeProps {
  name: string;
  value: Json;
  path: string;
  depth: number;
  shown: ReadonlySet<string> | null;
  all: { open: boolean } | null;
}

function Node({ name, value, path, depth, shown, all }: NodeProps) {
  const [open, setOpen] = useState(all?.open ?? (depth === 0 && isSmall(value)));
  if (shown && !shown.has(path)) return null;
  const branch = isBranch(value) && entriesOf(value).length > 0;
  const expanded = branch && (open || shown !== null);
  return (
    <li>
      <div
        className="group relative flex min-h-6 items-start gap-1 pr-2 hover:tint-hover"
        style={{ paddingInlineStart: 8 + depth * 16 }}
      >
        {branch ? (
          <button
            type="button"
            aria-expanded={expanded}
            onClick={() => setOpen(!open)}
            className="focus-inset flex min-h-6 min-w-0 items-center gap-1 text-left"
          >
            <ChevronRight
              size={13}
              aria-hidden="true"
              className={cx('shrink-0 text-faint', expanded && 'rotate-90')}
            />
            <span className="wrap-anywhere">{name}</span>
            <span className="text-faint">{sizeText(value)}</span>
          </button>
        ) : (
          <span className="min-w-0 py-[3px] pl-[17px] wrap-anywhere">
            <span>{name}</span>
            <span className="text-faint">: </span>
            <Leaf value={value} />
          </span>
        )}
        <span className="absolute top-0 right-1 flex rounded-sm bg-surface opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
          <button
            type="button"
            className="focus-inset min-h-6 rounded-sm px-1.5 font-sans text-sm text-muted hover:text-fg"
            onClick={() => void copyText(path, path)}
          >
            {m.inspect.copyPath}
          </button>
          <button
            type="button"
            className="focus-inset min-h-6 rounded-sm px-1.5 font-sans text-sm text-muted hover:text-fg"
            onClick={() =>
              void copyText(
                typeof value === 'string' ? value : JSON.stringify(value, null, 2),
                path,
              )
            }
          >
            {m.inspect.copyValue}
          </button>
        </span>
      </div>
      {expanded && (
        <ul>
          {entriesOf(value).map(([key, item]) => (
            <Node
              key={key}
              name={key}
              value={item}
              path={childPath(path, key, Array.isArray(value))}
              depth={depth + 1}
              shown={shown}
              all={all}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

const isSmall = (value: Json): boolean => isBranch(value) && entriesOf(value).length <= 12;

function sizeText(value: object): string {
  const { length } = entriesOf(value);
  return Array.isArray(value) ? m.inspect.items(length) : m.inspect.keys(length);
}

function Leaf({ value }: { value: Json }) {
  if (typeof value === 'string') {
    return value === '' ? (
      <span className="text-faint">""</span>
    ) : (
      <span className="text-[var(--k2)]">{value}</span>
    );
  }
  if (typeof value === 'number') return <span className="text-[var(--k4)]">{value}</span>;
  if (typeof value === 'boolean') return <span className="text-[var(--k5)]">{String(value)}</span>;
  return <span className="text-faint">{JSON.stringify(value)}</span>;
}
