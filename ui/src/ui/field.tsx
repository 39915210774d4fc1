/** Form controls with their label, help and error. */
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { cx } from '../lib/cx';

export const inputClass =
  'h-(--ctl) w-full min-w-0 rounded border border-control bg-surface px-2 text-fg disabled:opacity-60 aria-invalid:border-crit';

export interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  /** A dot: it differs from what is saved. */
  changed?: boolean;
  /** Hides the label from sight, not from screen readers. */
  labelHidden?: boolean;
  className?: string;
  children: (props: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => ReactNode;
}

export function Field({
  label,
  help,
  error,
  changed,
  labelHidden,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const described = [help ? `${id}-h` : '', error ? `${id}-e` : ''].filter(Boolean).join(' ');
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label
        htmlFor={id}
        className={cx(labelHidden ? 'sr-only' : 'flex items-center gap-1.5 text-sm font-medium')}
      >
        {label}
        {changed && <ChangedDot />}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {help && (
        <p id={`${id}-h`} className="text-sm text-muted">
          {help}
        </p>
      )}
      {error && (
        <p id={`${id}-e`} role="alert" className="text-sm text-crit">
          {error}
        </p>
      )}
    </div>
  );
}

export function ChangedDot() {
  return (
    <span data-tip="Changed, not saved" className="inline-flex size-1.5 rounded-full bg-accent">
      <span className="sr-only">changed</span>
    </span>
  );
}

export function Input({
  className,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input {...rest} className={cx(inputClass, className)} />;
}

export function TextArea({
  className,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) {
  return (
    <textarea
      spellCheck={false}
      rows={3}
      {...rest}
      className={cx(inputClass, 'mono h-auto resize-y py-1.5 leading-[18px]', className)}
    />
  );
}

export interface Option<T extends string> {
  value: T;
  label: string;
}

export function Select<T extends string>({
  options,
  value,
  onChange,
  className,
  ...rest
}: Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> & {
  options: ReadonlyArray<Option<T>>;
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <select
      {...rest}
      value={value}
      onChange={(event) => onChange(event.target.value as T)}
      className={cx(inputClass, 'pr-1', className)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

export function Switch({
  checked,
  onChange,
  label,
  help,
  changed,
  disabled,
  labelHidden,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  help?: ReactNode;
  changed?: boolean;
  disabled?: boolean;
  labelHidden?: boolean;
}) {
  const id = useId();
  return (
    <div className="flex min-w-0 items-start gap-2.5">
      <button
        type="button"
        role="switch"
        id={id}
        aria-checked={checked}
        aria-labelledby={`${id}-l`}
        aria-describedby={help ? `${id}-h` : undefined}
        disabled={disabled}
        onClick={() => onChange(!checked)}
        className={cx(
          'relative mt-px h-[18px] w-8 shrink-0 rounded-full border transition-colors disabled:opacity-55',
          'after:absolute after:inset-x-[-6px] after:inset-y-[-4px] coarse:after:inset-y-[-14px]',
          checked ? 'border-accent bg-accent' : 'border-control bg-sunken',
        )}
      >
        <span
          className={cx(
            'absolute top-[2px] size-3 rounded-full transition-[left]',
            checked ? 'left-[16px] bg-on-accent' : 'left-[2px] bg-control',
          )}
        />
      </button>
      <span className="min-w-0">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the switch itself is reachable; this widens its target */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
        <span
          id={`${id}-l`}
          className={cx(labelHidden ? 'sr-only' : 'flex cursor-default items-center gap-1.5')}
          onClick={() => !disabled && onChange(!checked)}
        >
          {label}
          {changed && <ChangedDot />}
        </span>
        {help && (
          <span id={`${id}-h`} className="block text-sm text-muted">
            {help}
          </span>
        )}
      </span>
    </div>
  );
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({
  options,
  value,
  onChange,
  label,
  className,
}: {
  options: ReadonlyArray<Option<T> & { icon?: ReactNode }>;
  value: T;
  onChange: (value: T) => void;
  label: string;
  className?: string;
}) {
  return (
    <fieldset
      aria-label={label}
      className={cx(
        'inline-flex h-(--ctl) max-w-full min-w-0 shrink-0 items-stretch overflow-x-auto rounded border border-line bg-surface p-0',
        className,
      )}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cx(
            'focus-inset inline-flex items-center gap-1.5 px-2.5 whitespace-nowrap',
            option.value === value ? 'bg-sunken font-medium text-fg' : 'text-muted hover:text-fg',
          )}
        >
          {option.icon}
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
