/** One field of a config form, from its description. */
import { type ReactNode, useEffect, useState } from 'react';
import { cx } from '../lib/cx';
import type { Draft } from '../lib/draft';
import { Field, Input, type Option, Select, Switch, TextArea } from './field';

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

export function FormControl<C extends object>({
  field,
  draft,
}: {
  field: FormField<C>;
  draft: Draft<C>;
}) {
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
