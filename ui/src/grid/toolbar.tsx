/** Filter field with completion, facets with counts, sort and group. */
import { ListFilter, RefreshCw, SlidersHorizontal, X } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { m } from '../i18n/grid';
import { cx } from '../lib/cx';
import { Button, IconButton } from '../ui/button';
import { MenuButton, type MenuItem } from '../ui/menu';
import { Badge } from '../ui/state';
import {
  checkFilter,
  chosenValues,
  completions,
  type FilterField,
  facetCounts,
  parseFilter,
  toggleValue,
} from './filter';
import type { ListState, SetListState } from './list-state';
import type { ListSpec } from './types';

export interface ToolbarProps<T extends { id: string }> {
  spec: ListSpec<T>;
  rows: readonly T[];
  shown: number;
  state: ListState;
  onState: SetListState;
  lead?: ReactNode;
  tools?: ReactNode;
  phone: boolean;
  wide: boolean;
  calm: { changed: boolean; renew: () => void };
}

export function Toolbar<T extends { id: string }>(props: ToolbarProps<T>) {
  const { spec, rows, state, onState, calm, phone, wide } = props;
  const facets = spec.fields.filter(({ facet }) => facet);
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
      {props.lead}
      <div
        className={cx(
          props.lead && !phone && 'ml-auto',
          'flex min-w-0 flex-1 flex-wrap items-center gap-2',
          props.lead && 'justify-end',
        )}
      >
        {props.lead && calm.changed && <OrderChip renew={calm.renew} />}
        <FilterInput spec={spec} rows={rows} value={state.q} onChange={(q) => onState({ q })} />
        {wide
          ? facets.map((field) => (
              <FacetButton
                key={field.key}
                field={field}
                rows={rows}
                q={state.q}
                onChange={(q) => onState({ q })}
              />
            ))
          : facets.length > 0 && (
              <MenuButton
                kind="plain"
                label={m.filter}
                icon={<ListFilter size={14} />}
                items={() =>
                  facets.flatMap((field) => facetItems(field, rows, state.q, (q) => onState({ q })))
                }
              />
            )}
        <MenuButton
          kind="plain"
          label={m.view}
          icon={<SlidersHorizontal size={14} />}
          items={() => viewItems(spec, state, onState)}
        />
        {!props.lead && (
          <span aria-live="polite" className="text-sm text-muted">
            {m.only(props.shown, rows.length)}
          </span>
        )}
        {!props.lead && calm.changed && <OrderChip renew={calm.renew} />}
        {props.tools && (
          <div className={cx('flex items-center gap-2', !props.lead && 'ml-auto')}>
            {props.tools}
          </div>
        )}
      </div>
    </div>
  );
}

/** Where it comes and goes it must move nothing else. */
function OrderChip({ renew }: { renew: () => void }) {
  return (
    <Button kind="quiet" icon={<RefreshCw size={13} />} onClick={renew} tip={m.refreshOrder}>
      {m.orderChanged}
    </Button>
  );
}

function viewItems<T extends { id: string }>(
  spec: ListSpec<T>,
  state: ListState,
  onState: SetListState,
): MenuItem[] {
  const sort = state.sort || spec.defaultSort;
  const columns = [
    { id: 'name', label: spec.nameLabel ?? 'Name' },
    ...(spec.severity ? [{ id: 'severity', label: 'Severity' }] : []),
    ...spec.columns.filter((column) => column.sort),
  ];
  const sorts = columns.map(({ id, label }): MenuItem => {
    const up = sort === id;
    const down = sort === `-${id}`;
    return {
      label: `${m.sortBy} ${down ? m.opposite(label.toLowerCase()) : label.toLowerCase()}`,
      checked: up || down,
      onSelect: () => onState({ sort: up && id !== 'severity' ? `-${id}` : id }),
    };
  });
  const groups = (spec.groups ?? []).map(
    ({ id, label }, index): MenuItem => ({
      label: `${m.groupBy} ${label.toLowerCase()}`,
      checked: state.group === id,
      separated: index === 0,
      onSelect: () => onState({ group: state.group === id ? '' : id }),
    }),
  );
  return [...sorts, ...groups];
}

function facetItems<T>(
  field: FilterField<T>,
  rows: readonly T[],
  q: string,
  onChange: (q: string) => void,
): MenuItem[] {
  const chosen = chosenValues(q, field.key);
  return facetCounts(rows, field)
    .slice(0, 30)
    .map(([value, n]) => ({
      label: `${field.show?.(value) ?? value}  ·  ${n}`,
      checked: chosen.includes(value),
      onSelect: () => onChange(toggleValue(q, field.key, value)),
    }));
}

function FacetButton<T>({
  field,
  rows,
  q,
  onChange,
}: {
  field: FilterField<T>;
  rows: readonly T[];
  q: string;
  onChange: (q: string) => void;
}) {
  const chosen = chosenValues(q, field.key);
  return (
    <MenuButton
      kind="plain"
      label={field.facet ?? field.key}
      disabled={rows.length === 0}
      className={cx(chosen.length > 0 && 'border-accent!')}
      items={() => facetItems(field, rows, q, onChange)}
    >
      {field.facet}
      {chosen.length > 0 && <Badge>{chosen.length}</Badge>}
      <span aria-hidden="true" className="text-faint">
        ▾
      </span>
    </MenuButton>
  );
}

function FilterInput<T extends { id: string }>({
  spec,
  rows,
  value,
  onChange,
}: {
  spec: ListSpec<T>;
  rows: readonly T[];
  value: string;
  onChange: (q: string) => void;
}) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState<number | null>(null);
  const [choice, setChoice] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const sent = useRef(value);
  const deferred = useDeferredValue(text);

  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (deferred === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = deferred;
      onChange(deferred);
    }, 80);
    return () => clearTimeout(timer);
  }, [deferred, onChange]);

  const problems = useMemo(() => checkFilter(parseFilter(text), spec.fields), [text, spec]);
  const found = useMemo(
    () => (caret === null ? null : completions(text, caret, spec.fields, rows)),
    [text, caret, spec, rows],
  );
  const items = found?.items ?? [];
  const openList = items.length > 0 && caret !== null;

  const insert = (at: number) => {
    const item = items[at];
    if (!found || !item) return;
    const whole = /[:<>]$/.test(item[0]);
    const next = `${text.slice(0, found.from)}${item[0]}${whole ? '' : ' '}${text.slice(found.to).trimStart()}`;
    const end = found.from + item[0].length + (whole ? 0 : 1);
    setText(next);
    setChoice(-1);
    setCaret(end);
    requestAnimationFrame(() => input.current?.setSelectionRange(end, end));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' && openList) {
      event.preventDefault();
      setChoice((old) => (old + 1) % items.length);
    } else if (event.key === 'ArrowUp' && openList) {
      event.preventDefault();
      setChoice((old) => (old <= 0 ? items.length - 1 : old - 1));
    } else if ((event.key === 'Enter' || event.key === 'Tab') && openList && choice >= 0) {
      event.preventDefault();
      insert(choice);
    } else if (event.key === 'Enter') {
      setCaret(null);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (caret !== null && openList) setCaret(null);
      else if (text) setText('');
      else input.current?.blur();
    }
  };
  return (
    <div className="relative min-w-32 flex-1 basis-44 md:max-w-72">
      <input
        ref={input}
        type="text"
        role="combobox"
        data-page-filter
        aria-label={m.filter}
        aria-expanded={openList}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={openList && choice >= 0 ? `${listId}-${choice}` : undefined}
        aria-invalid={problems.length > 0 || undefined}
        aria-describedby={problems.length > 0 ? `${listId}-p` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        placeholder={m.filterHint(spec.example)}
        data-key="/"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setCaret(event.target.selectionStart);
          setChoice(-1);
        }}
        onFocus={(event) => setCaret(event.target.selectionStart)}
        onBlur={() => setCaret(null)}
        onClick={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        className={cx(
          'h-(--ctl) w-full rounded border border-control bg-surface px-2 pr-7',
          problems.length > 0 && 'border-warn',
        )}
      />
      {text && (
        <IconButton
          label={m.clear}
          icon={<X size={13} />}
          onClick={() => {
            setText('');
            input.current?.focus();
          }}
          className="absolute top-0.5 right-0.5 size-6! h-[calc(var(--ctl)-4px)]!"
        />
      )}
      <div
        id={listId}
        role="listbox"
        aria-label={m.completions}
        hidden={!openList}
        className="absolute top-full left-0 z-30 mt-1 max-h-72 w-64 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-layer"
      >
        {items.map(([insertText, help], index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
          <div
            key={insertText}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === choice}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => insert(index)}
            className={cx(
              'flex cursor-pointer items-center justify-between gap-3 rounded px-2 py-1',
              index === choice ? 'bg-sunken' : 'hover:bg-sunken',
            )}
          >
            <code className="truncate">{insertText}</code>
            <span className="truncate text-sm text-muted">{help}</span>
          </div>
        ))}
      </div>
      {problems.length > 0 && (
        <p
          id={`${listId}-p`}
          role="status"
          className="absolute top-full left-0 z-20 mt-1 max-w-72 rounded border border-line bg-raised px-2 py-1 text-sm text-warn shadow-layer"
        >
          {problems[0]?.message}
        </p>
      )}
    </div>
  );
}
