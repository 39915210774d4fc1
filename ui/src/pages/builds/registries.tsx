/** The registries that an image is pushed to. */
import { Plus, X } from 'lucide-react';
import type { ImageRegistryConfig } from '../../api/types';
import { m as all } from '../../i18n/builds';
import type { Accounts } from '../../lib/accounts';
import { Button, IconButton } from '../../ui/button';
import { ChangedDot } from '../../ui/field';
import { SuggestField } from '../../ui/suggest';

const m = all.registry;

export const EMPTY: ImageRegistryConfig = { domain: '', account: '', organization: '' };

/** What is wrong with the list, or null. */
export function registriesProblem(list: readonly ImageRegistryConfig[]): string | null {
  if (list.some(({ domain }) => !domain.trim())) return m.noDomain;
  return list.some(({ account }) => !account.trim()) ? m.noAccount : null;
}

export function RegistriesField({
  value,
  onChange,
  accounts,
  changed,
  images,
}: {
  value: readonly ImageRegistryConfig[];
  onChange: (value: ImageRegistryConfig[]) => void;
  accounts: Accounts;
  changed: boolean;
  /** The names that come of it. */
  images: readonly string[];
}) {
  const edit = (at: number, change: Partial<ImageRegistryConfig>) =>
    onChange(value.map((each, index) => (index === at ? { ...each, ...change } : each)));
  const problem = changed ? registriesProblem(value) : null;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="contents">
        <span className="flex items-center gap-1.5 text-sm font-medium">
          {all.config.registries}
          {changed && <ChangedDot />}
        </span>
      </legend>
      <p className="-mt-1 text-sm text-muted">{all.config.registriesHelp}</p>
      {value.map((registry, at) => (
        <div
          key={at}
          className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-x-2 gap-y-1.5 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)_auto]"
        >
          <SuggestField
            label={m.domain}
            placeholder={m.domainHint}
            options={[...accounts.keys()]}
            value={registry.domain}
            onChange={(domain) => edit(at, { domain })}
          />
          <IconButton
            className="md:order-last"
            label={m.remove(registry.domain)}
            icon={<X size={14} />}
            onClick={() => onChange(value.filter((_, index) => index !== at))}
          />
          <SuggestField
            className="phone:col-span-2"
            label={m.account}
            placeholder={m.accountHint}
            options={accounts.get(registry.domain) ?? []}
            value={registry.account}
            onChange={(account) => edit(at, { account })}
          />
          <SuggestField
            className="phone:col-span-2"
            label={m.organization}
            placeholder={m.organizationHint}
            options={[]}
            value={registry.organization}
            onChange={(organization) => edit(at, { organization })}
          />
        </div>
      ))}
      <Button
        className="self-start"
        icon={<Plus size={14} />}
        onClick={() => onChange([...value, { ...EMPTY }])}
      >
        {m.add}
      </Button>
      {problem && (
        <p role="alert" className="text-sm text-crit">
          {problem}
        </p>
      )}
      <p className="text-sm text-muted">
        {value.length === 0 ? m.none : m.result}{' '}
        {images.map((image) => (
          <code key={image} className="mr-2 wrap-anywhere text-fg">
            {image}
          </code>
        ))}
      </p>
    </fieldset>
  );
}
