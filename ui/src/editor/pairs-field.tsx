/** Key-value text of a config as a table or as text. */
import { Eye, EyeOff, Plus, X } from 'lucide-react';
import { type ClipboardEvent, useEffect, useId, useRef, useState } from 'react';
import { m as texts } from '../i18n/deployments';
import { cx } from '../lib/cx';
import { Button, IconButton } from '../ui/button';
import { ChangedDot, inputClass, Segmented } from '../ui/field';
import {
  type Entry,
  formatEntries,
  formatPair,
  looksSecret,
  type PairKind,
  parseEntries,
  variablesIn,
} from './pairs';

const m = texts.pairs;

export interface PairsFieldProps {
  label: string;
  /** The section's title says it already. */
  labelHidden?: boolean;
  help?: string;
  value: string;
  onChange: (value: string) => void;
  changed: boolean;
  kind: PairKind;
  separator: '=' | ':';
  keyLabel?: string;
  valueLabel?: string;
  keyPlaceholder?: string;
  valuePlaceholder?: string;
  /** Hides values whose names look secret. */
  secrets?: boolean;
}

const labelClass = 'flex items-center gap-1.5 text-sm font-medium';

/** A line of the table; an entry without a key is not written yet. */
type Row = Entry & { id: number };

let serial = 0;
const withIds = (entries: readonly Entry[]): Row[] =>
  entries.map((entry) => {
    serial += 1;
    return { ...entry, id: serial };
  });
const blank = (): Row => {
  serial += 1;
  return { kind: 'pair', key: '', value: '', raw: '', id: serial };
};

function textOf(rows: readonly Row[]): string {
  return formatEntries(rows.filter((row) => row.kind !== 'pair' || row.key !== ''));
}

/** What is wrong with the text, or null. */
export function pairsProblem(text: string, kind: PairKind): string | null {
  const entries = parseEntries(text, kind);
  const bad = entries.find((entry) => entry.kind === 'bad');
  if (bad?.kind === 'bad') return m.badLine(bad.line);
  return null;
}

function doublet(text: string, kind: PairKind): string | null {
  if (kind === 'conversion') return null;
  const seen = new Set<string>();
  for (const entry of parseEntries(text, kind)) {
    if (entry.kind !== 'pair') continue;
    if (seen.has(entry.key)) return m.twice(entry.key);
    seen.add(entry.key);
  }
  return null;
}

export function PairsField(props: PairsFieldProps) {
  const { label, help, value, onChange, kind } = props;
  const id = useId();
  const problem = pairsProblem(value, kind);
  const [mode, setMode] = useState<'table' | 'raw'>(problem ? 'raw' : 'table');
  const warning = doublet(value, kind);
  const used = variablesIn(value);
  const table = mode === 'table' && !problem;
  return (
    <fieldset aria-labelledby={id} className="flex min-w-0 flex-col gap-1.5">
      <div className="flex flex-wrap items-end gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1">
          <p id={id} className={props.labelHidden ? 'sr-only' : labelClass}>
            {label}
            {props.changed && !props.labelHidden && <ChangedDot />}
          </p>
          {help && (
            <p className="text-sm text-muted">
              {help} {props.changed && props.labelHidden && <ChangedDot />}
            </p>
          )}
        </div>
        <Segmented
          label={m.view(label)}
          options={[
            { value: 'table', label: m.table },
            { value: 'raw', label: m.raw },
          ]}
          value={table ? 'table' : 'raw'}
          onChange={setMode}
        />
      </div>
      {table ? (
        <Table {...props} labelId={id} />
      ) : (
        <textarea
          aria-labelledby={id}
          aria-invalid={problem ? true : undefined}
          spellCheck={false}
          rows={Math.min(18, Math.max(4, value.split('\n').length + 1))}
          value={value}
          placeholder={`${props.keyPlaceholder ?? ''}${props.separator}${props.valuePlaceholder ?? ''}`}
          onChange={(event) => onChange(event.target.value)}
          className={cx(inputClass, 'mono h-auto resize-y py-1.5 leading-[18px]')}
        />
      )}
      {problem && (
        <p role="alert" className="text-sm text-crit">
          {problem}
        </p>
      )}
      {warning && <p className="text-sm text-warn">{warning}</p>}
      {used.length > 0 && <p className="text-sm text-muted">{m.uses(used.join(', '))}</p>}
    </fieldset>
  );
}

function Table(props: PairsFieldProps & { labelId: string }) {
  const { value, onChange, kind, separator } = props;
  const [rows, setRows] = useState<Row[]>(() => withIds(parseEntries(value, kind)));
  const sent = useRef(value);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Changed from outside: discarded, or edited as text.
    if (value === sent.current) return;
    sent.current = value;
    setRows(withIds(parseEntries(value, kind)));
  }, [value, kind]);
  const update = (next: Row[]) => {
    setRows(next);
    sent.current = textOf(next);
    onChange(sent.current);
  };
  const edit = (id: number, key: string, item: string) =>
    update(
      rows.map((row) =>
        row.id === id
          ? { kind: 'pair', key, value: item, raw: formatPair(key, item, kind, separator), id }
          : row,
      ),
    );
  const add = () => {
    const row = blank();
    setRows([...rows, row]);
    requestAnimationFrame(() => {
      const inputs = body.current?.querySelectorAll<HTMLInputElement>('[data-key-input]');
      inputs?.[inputs.length - 1]?.focus();
    });
  };
  const paste = (event: ClipboardEvent, at: number) => {
    const text = event.clipboardData.getData('text/plain');
    if (!text.trim().includes('\n') && !/^[\w.-]+=/.test(text.trim())) return;
    const pasted = parseEntries(text, kind);
    if (!pasted.some((entry) => entry.kind === 'pair')) return;
    event.preventDefault();
    const next = [...rows];
    const here = next[at];
    const empty = here?.kind === 'pair' && here.key === '' && here.value === '';
    next.splice(at, empty ? 1 : 0, ...withIds(pasted.filter((entry) => entry.kind !== 'bad')));
    update(next);
  };
  const notes = rows.filter((row) => row.kind === 'note' && row.raw.trim() !== '').length;
  return (
    <div ref={body} className="flex flex-col gap-1.5">
      {rows.map((row, at) =>
        row.kind === 'pair' ? (
          <PairRow
            key={row.id}
            {...props}
            row={row}
            onEdit={(key, item) => edit(row.id, key, item)}
            onRemove={() => update(rows.filter((each) => each.id !== row.id))}
            onPaste={(event) => paste(event, at)}
            onEnter={add}
          />
        ) : null,
      )}
      <div className="flex items-center gap-3">
        <Button icon={<Plus size={14} />} onClick={add}>
          {m.add}
        </Button>
        {notes > 0 && <span className="text-sm text-muted">{m.comments(notes)}</span>}
      </div>
    </div>
  );
}

function PairRow({
  row,
  keyLabel = m.key,
  valueLabel = m.value,
  keyPlaceholder,
  valuePlaceholder,
  secrets,
  onEdit,
  onRemove,
  onPaste,
  onEnter,
}: PairsFieldProps & {
  row: Extract<Row, { kind: 'pair' }>;
  onEdit: (key: string, value: string) => void;
  onRemove: () => void;
  onPaste: (event: ClipboardEvent) => void;
  onEnter: () => void;
}) {
  const [revealed, setRevealed] = useState(false);
  const hidden = secrets && looksSecret(row.key) && row.value !== '' && !revealed;
  const lines = row.value.includes('\n');
  const shared = {
    spellCheck: false,
    autoCapitalize: 'off',
    autoComplete: 'off',
    'data-1p-ignore': true,
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key !== 'Enter' || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      onEnter();
    },
  } as const;
  return (
    <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-start gap-1.5">
      <input
        {...shared}
        data-key-input=""
        aria-label={keyLabel}
        placeholder={keyPlaceholder}
        value={row.key}
        onPaste={onPaste}
        onChange={(event) => onEdit(event.target.value, row.value)}
        className={cx(inputClass, 'mono')}
      />
      <div className="flex min-w-0 gap-1">
        {lines ? (
          <textarea
            aria-label={`${valueLabel}: ${row.key}`}
            spellCheck={false}
            rows={Math.min(8, row.value.split('\n').length)}
            value={row.value}
            onChange={(event) => onEdit(row.key, event.target.value)}
            className={cx(inputClass, 'mono h-auto py-1.5 leading-[18px]')}
          />
        ) : (
          <input
            {...shared}
            type={hidden ? 'password' : 'text'}
            aria-label={`${valueLabel}: ${row.key}`}
            placeholder={valuePlaceholder}
            value={row.value}
            onChange={(event) => onEdit(row.key, event.target.value)}
            className={cx(inputClass, 'mono')}
          />
        )}
        {secrets && looksSecret(row.key) && row.value !== '' && (
          <IconButton
            label={revealed ? m.hide : m.reveal}
            aria-pressed={revealed}
            icon={revealed ? <EyeOff size={14} /> : <Eye size={14} />}
            onClick={() => setRevealed(!revealed)}
          />
        )}
      </div>
      <IconButton label={m.remove(row.key)} icon={<X size={14} />} onClick={onRemove} />
    </div>
  );
}
