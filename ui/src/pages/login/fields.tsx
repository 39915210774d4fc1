/** The fields that log-in and set-up ask for, as password managers know them. */
import { Field, Input } from '../../ui/field';

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

export function UsernameField({ label, value, onChange, error }: TextProps) {
  return (
    <Field label={label} error={error}>
      {(props) => (
        <Input
          {...props}
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** `name` only where a password manager is to keep it: not for the same one again. */
export function PasswordField({
  label,
  value,
  onChange,
  error,
  name,
  fresh = false,
}: TextProps & { name?: string; fresh?: boolean }) {
  return (
    <Field label={label} error={error}>
      {(props) => (
        <Input
          {...props}
          name={name}
          type="password"
          autoComplete={fresh ? 'new-password' : 'current-password'}
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
