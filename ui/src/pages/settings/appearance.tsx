/** Theme, density, time zone, shortcuts: this browser's preferences. */
import { m } from '../../i18n/settings';
import { useStored } from '../../lib/value';
import { type Look, look, setLook } from '../../theme/look';
import { Segmented, Switch } from '../../ui/field';

function Choice<K extends 'theme' | 'density' | 'timezone'>({
  field,
  label,
  options,
}: {
  field: K;
  label: string;
  options: Record<string, string>;
}) {
  const value = useStored(look)[field];
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">{label}</span>
      <Segmented
        label={label}
        className="self-start"
        value={value as string}
        onChange={(next) => setLook({ [field]: next } as Partial<Look>)}
        options={Object.entries(options).map(([id, text]) => ({ value: id, label: text }))}
      />
    </div>
  );
}

export function Appearance() {
  const { shortcuts } = useStored(look);
  return (
    <section className="card flex max-w-[640px] flex-col gap-4 p-4">
      <Choice field="theme" label={m.theme} options={m.themes} />
      <Choice field="density" label={m.density} options={m.densities} />
      <Choice field="timezone" label={m.times} options={m.zones} />
      <Switch
        label={m.shortcuts}
        help={m.shortcutsHelp}
        checked={shortcuts}
        onChange={(next) => setLook({ shortcuts: next })}
      />
      <p className="text-sm text-muted">{m.appearanceNote}</p>
    </section>
  );
}
