/** Config forms from a description: sections, fields, the unsaved pill and the review. */
import { type ReactNode, useEffect, useState } from 'react';
import { m as common } from '../i18n/common';
import { m } from '../i18n/form';
import { cx } from '../lib/cx';
import type { Change, Draft } from '../lib/draft';
import { ago } from '../lib/format';
import { Button } from './button';
import { Dialog } from './dialog';
import { Field, Input, type Option, Select, Switch, TextArea } from './field';
import { StateShape } from './state';
import { toast } from './toasts';

type Key<C> = keyof C & string;

interface Common<C> {
  name: Key<C>;
  label: string;
  help?: ReactNode;
  /** Hidden while this is false. */
  when?: (value: C) => boolean;
  /** What is wrong with the value, or null. */
  check?: (value: C) => string | null;
}
export type FormField<C> =
  | (Common<C> & { kind: 'text'; placeholder?: string; mono?: boolean; secret?: boolean })
  | (Common<C> & { kind: 'number'; min?: number; max?: number; step?: number; unit?: string })
  | (Common<C> & { kind: 'switch' })
  | (Common<C> & { kind: 'select'; options: ReadonlyArray<Option<string>> })
  /** A list of strings, one a line. */
  | (Common<C> & { kind: 'lines'; placeholder?: string })
  /** Text of several lines. */
  | (Common<C> & { kind: 'area'; placeholder?: string; rows?: number })
  | (Common<C> & { kind: 'custom'; render: (draft: Draft<C & object>) => ReactNode });

export interface FormSection<C> {
  id: string;
  title: string;
  help?: ReactNode;
  fields: ReadonlyArray<FormField<C>>;
}

export interface ConfigFormProps<C extends object> {
  draft: Draft<C>;
  sections: ReadonlyArray<FormSection<C>>;
  /** Saves the partial config. Rejects or answers false when it failed (the draft is kept). */
  onSave: (partial: Partial<C>) => Promise<unknown>;
  /** Why nothing can be changed. */
  disabledReason?: string | null;
  /** Another way to show the review, such as a TOML diff. */
  review?: (draft: Draft<C>) => ReactNode;
  /** More buttons in the pill, such as Save & deploy. */
  extra?: ReactNode;
}

/** Anchor list at the left, sections at the right, the pill at the bottom while something is unsaved. */
export function ConfigForm<C extends object>(props: ConfigFormProps<C>) {
  const { draft, sections, disabledReason } = props;
  return (
    <div className="grid max-w-[1080px] gap-4 lg:grid-cols-[160px_minmax(0,880px)]">
      <nav
        aria-label={m.sections}
        className="sticky top-[calc(var(--top)+12px)] self-start max-lg:hidden"
      >
        <ul>
          {sections.map((section) => (
            <li key={section.id}>
              <a
                href={`#${section.id}`}
                className="block rounded px-2 py-1 text-muted hover:bg-sunken hover:text-fg"
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(section.id)?.scrollIntoView({ block: 'start' });
                }}
              >
                {section.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0">
        <DraftNotes draft={draft} />
        <fieldset disabled={Boolean(disabledReason)} className="flex min-w-0 flex-col gap-3">
          {disabledReason && <p className="text-sm text-muted">{disabledReason}</p>}
          {sections.map((section) => (
            <section
              key={section.id}
              id={section.id}
              aria-labelledby={`${section.id}-t`}
              className="card scroll-mt-[calc(var(--top)+12px)]"
            >
              <header className="border-b border-line px-4 py-2.5">
                <h2 id={`${section.id}-t`} className="font-bold">
                  {section.title}
                </h2>
                {section.help && <p className="text-sm text-muted">{section.help}</p>}
              </header>
              <div className="flex flex-col gap-4 p-4">
                {section.fields
                  .filter(({ when }) => !when || when(draft.value))
                  .map((field) => (
                    <FormControl key={field.name} field={field} draft={draft} />
                  ))}
              </div>
            </section>
          ))}
        </fieldset>
        <UnsavedPill {...props} />
      </div>
    </div>
  );
}

function DraftNotes<C extends object>({ draft }: { draft: Draft<C> }) {
  if (draft.conflicts.length > 0) {
    return (
      <p
        role="status"
        className="tint-warn mb-3 flex items-center gap-2 rounded border border-line px-3 py-2"
      >
        <StateShape tone="warn" />
        {m.conflict(draft.conflicts.join(', '))}
      </p>
    );
  }
  if (!draft.restoredAt) return null;
  return (
    <p role="status" className="tint-accent mb-3 rounded border border-line px-3 py-2">
      {m.restored(ago(draft.restoredAt, Date.now()))}
    </p>
  );
}

function FormControl<C extends object>({ field, draft }: { field: FormField<C>; draft: Draft<C> }) {
  const { name, label, help } = field;
  const value = draft.value[name] as unknown;
  const set = (next: unknown) => draft.set({ [name]: next } as Partial<C>);
  const changed = draft.isChanged(name);
  if (field.kind === 'custom') return field.render(draft);
  if (field.kind === 'switch') {
    return (
      <Switch label={label} help={help} changed={changed} checked={Boolean(value)} onChange={set} />
    );
  }
  return (
    <Field label={label} help={help} changed={changed} error={field.check?.(draft.value)}>
      {(props) => {
        switch (field.kind) {
          case 'number':
            return (
              <span className="flex items-center gap-2">
                <NumberInput
                  {...props}
                  value={value as number}
                  onChange={set}
                  min={field.min}
                  max={field.max}
                  step={field.step}
                />
                {field.unit && <span className="text-muted">{field.unit}</span>}
              </span>
            );
          case 'select':
            return (
              <Select
                {...props}
                className="max-w-80"
                options={field.options}
                value={String(value)}
                onChange={set}
              />
            );
          case 'lines':
            return (
              <LinesInput
                {...props}
                value={value as readonly string[]}
                onChange={set}
                placeholder={field.placeholder}
              />
            );
          case 'area':
            return (
              <TextArea
                {...props}
                rows={field.rows ?? 4}
                placeholder={field.placeholder}
                value={String(value ?? '')}
                onChange={(event) => set(event.target.value)}
              />
            );
          default:
            return (
              <Input
                {...props}
                type={field.secret ? 'password' : 'text'}
                autoComplete={field.secret ? 'new-password' : 'off'}
                autoCapitalize="off"
                spellCheck={false}
                placeholder={field.placeholder}
                className={cx('max-w-lg', field.mono && 'mono')}
                value={String(value ?? '')}
                onChange={(event) => set(event.target.value)}
              />
            );
        }
      }}
    </Field>
  );
}

/** Keeps what is typed until it is a number, so that a half-typed one is not lost. */
function NumberInput({
  value,
  onChange,
  min,
  max,
  step,
  ...props
}: {
  id: string;
  value: number;
  onChange: (value: number) => void;
  min?: number | undefined;
  max?: number | undefined;
  step?: number | undefined;
}) {
  const [text, setText] = useState(String(value));
  useEffect(() => {
    setText((old) => (Number(old) === value && old !== '' ? old : String(value)));
  }, [value]);
  return (
    <Input
      {...props}
      type="number"
      inputMode="decimal"
      min={min}
      max={max}
      step={step ?? 'any'}
      className="max-w-32"
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        const next = event.target.valueAsNumber;
        if (!Number.isNaN(next)) onChange(next);
      }}
      onBlur={() => setText(String(value))}
    />
  );
}

function parsed(source: string): string[] {
  return source
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

function LinesInput({
  value,
  onChange,
  placeholder,
  ...props
}: {
  id: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
  placeholder?: string | undefined;
}) {
  const [text, setText] = useState(value.join('\n'));
  const outside = value.join('\n');
  useEffect(() => {
    setText((old) => (parsed(old).join('\n') === outside ? old : outside));
  }, [outside]);
  return (
    <TextArea
      {...props}
      rows={Math.min(8, Math.max(2, value.length + 1))}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onChange(parsed(event.target.value));
      }}
    />
  );
}

/** "3 changes - Review - Discard - Save", bottom centre. Ctrl S saves. */
export function UnsavedPill<C extends object>({
  draft,
  sections,
  onSave,
  review,
  extra,
}: ConfigFormProps<C>) {
  const [saving, setSaving] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const problem = sections
    .flatMap(({ fields }) => fields)
    .map((field) => (draft.isChanged(field.name) ? (field.check?.(draft.value) ?? null) : null))
    .find(Boolean);
  const save = async () => {
    if (saving || !draft.dirty || problem) return;
    setSaving(true);
    const done = await onSave(draft.partial).catch(() => false);
    setSaving(false);
    if (done === false || done === null) return;
    setReviewing(false);
    toast({ tone: 'ok', title: m.saved });
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key !== 's') return;
      event.preventDefault();
      void save();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  const { undoDiscard } = draft;
  if (!draft.dirty && !undoDiscard) return null;
  return (
    <>
      <section
        aria-label={m.unsaved}
        className="sticky bottom-[calc(var(--bar)+12px)] z-20 mx-auto mt-3 flex w-fit max-w-full animate-[layer-in_0.12s_ease-out] flex-wrap items-center gap-2 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-3 shadow-layer"
      >
        {draft.dirty ? (
          <>
            <span className="font-medium" aria-live="polite">
              {m.changes(draft.changes.length)}
            </span>
            <Button kind="quiet" onClick={() => setReviewing(true)}>
              {m.review}
            </Button>
            <Button kind="quiet" onClick={draft.discard}>
              {m.discard}
            </Button>
            {extra}
            <Button
              kind="primary"
              busy={saving}
              disabledReason={problem}
              shortcut="Ctrl S"
              onClick={save}
            >
              {m.save}
            </Button>
          </>
        ) : (
          <>
            <span>{m.discarded}</span>
            <Button kind="quiet" className="text-accent" onClick={() => undoDiscard?.()}>
              {m.undo}
            </Button>
          </>
        )}
      </section>
      {reviewing && (
        <Dialog
          title={m.reviewTitle}
          width={review ? 960 : 640}
          onClose={() => setReviewing(false)}
          footer={
            <>
              <Button kind="quiet" onClick={() => setReviewing(false)}>
                {common.cancel}
              </Button>
              <Button kind="primary" busy={saving} disabledReason={problem} onClick={save}>
                {m.save}
              </Button>
            </>
          }
        >
          {review ? review(draft) : <ChangeList changes={draft.changes} sections={sections} />}
        </Dialog>
      )}
    </>
  );
}

function shown(value: unknown, secret: boolean): string {
  if (secret) return m.secret;
  if (typeof value === 'boolean') return value ? m.yes : m.no;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return value.length > 0 ? value.join('\n') : m.nothing;
  }
  if (typeof value === 'object') return JSON.stringify(value, null, 2);
  return value === '' || value === undefined ? m.nothing : String(value);
}

function ChangeList<C extends object>({
  changes,
  sections,
}: {
  changes: ReadonlyArray<Change>;
  sections: ReadonlyArray<FormSection<C>>;
}) {
  const fields = sections.flatMap((section) => section.fields);
  return (
    <ul className="flex flex-col gap-3">
      {changes.map((change) => {
        const field = fields.find(({ name }) => name === change.field);
        const secret = field?.kind === 'text' && field.secret === true;
        return (
          <li key={change.field}>
            <p className="mb-1 font-medium">{field?.label ?? change.field}</p>
            <div className="mono grid gap-px overflow-hidden rounded border border-line bg-line whitespace-pre-wrap">
              <del className="tint-crit px-2 py-1 wrap-anywhere no-underline">
                <span className="text-crit">- </span>
                {shown(change.before, secret)}
              </del>
              <ins className="bg-surface px-2 py-1 wrap-anywhere no-underline">
                <span className="text-ok">+ </span>
                {shown(change.after, secret)}
              </ins>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
