/** What a form would change, as TOML: only what is set, secret values hidden until asked for. */
import { Eye, EyeOff } from 'lucide-react';
import { useMemo, useState } from 'react';
import { m } from '../i18n/form';
import { Button } from '../ui/button';
import { DiffView } from './diff-view';
import { maskConfig, type SecretFields } from './masked';
import { configToml } from './toml';

export function ConfigReview<C extends object>({
  label,
  saved,
  value,
  secrets,
}: {
  label: string;
  saved: C;
  value: C;
  secrets: SecretFields<C>;
}) {
  const [open, setOpen] = useState(false);
  const [before, after] = useMemo(
    () =>
      open
        ? [configToml(saved), configToml(value)]
        : [configToml(maskConfig(saved, secrets)), configToml(maskConfig(value, secrets, saved))],
    [saved, value, secrets, open],
  );
  const hides = [...secrets.pairs, ...(secrets.texts ?? [])].some(
    (field) => saved[field] || value[field],
  );
  return (
    <div className="flex flex-col gap-2">
      {hides && (
        <Button
          kind="plain"
          className="self-end"
          aria-pressed={open}
          icon={open ? <EyeOff size={14} /> : <Eye size={14} />}
          onClick={() => setOpen(!open)}
        >
          {open ? m.hideValues : m.showValues}
        </Button>
      )}
      <DiffView
        before={before}
        after={after}
        label={label}
        className="rounded border border-line"
      />
    </div>
  );
}
