/** A text field that offers known values and takes any. */
import { type ReactNode, useId } from 'react';
import { cx } from '../lib/cx';
import { Field, Input } from './field';

export function SuggestField({
  label,
  help,
  error,
  changed,
  labelHidden,
  value,
  onChange,
  options,
  placeholder,
  wide,
  className,
}: {
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  changed?: boolean;
  labelHidden?: boolean;
  value: string;
  onChange: (value: string) => void;
  options: readonly string[];
  placeholder?: string;
  /** As wide as what it is in. */
  wide?: boolean;
  className?: string;
}) {
  const list = useId();
  return (
    <Field
      label={label}
      help={help}
      error={error}
      {...(changed ? { changed } : {})}
      {...(labelHidden ? { labelHidden } : {})}
      {...(className ? { className } : {})}
    >
      {(props) => (
        <>
          <Input
            {...props}
            list={options.length > 0 ? list : undefined}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder={placeholder}
            className={cx('mono', !wide && 'max-w-lg')}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {options.length > 0 && (
            <datalist id={list}>
              {options.map((option) => (
                <option key={option} value={option} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}
