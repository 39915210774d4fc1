/** Some of the servers, each with its state. */
import { m as page } from '../../i18n/builders';
import { serverState } from '../../lib/states';
import { useRows } from '../../live/hooks';
import { ChangedDot } from '../../ui/field';
import { StateMark } from '../../ui/state';

const m = page.config;

export function ServersField({
  value,
  onChange,
  changed = false,
}: {
  value: readonly string[];
  onChange: (ids: string[]) => void;
  changed?: boolean;
}) {
  const { rows } = useRows('servers');
  const known = new Set(rows.map(({ id }) => id));
  const gone = value.filter((id) => !known.has(id));
  const toggle = (id: string, on: boolean) =>
    onChange(on ? [...value, id] : value.filter((each) => each !== id));
  const line =
    'flex min-h-(--row) cursor-pointer items-center gap-2.5 border-b border-line px-3 last:border-0 coarse:min-h-11';
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 flex items-center gap-1.5 text-sm font-medium">
        {m.servers}
        {changed && <ChangedDot />}
      </legend>
      <div className="max-h-72 overflow-y-auto rounded border border-line" tabIndex={-1}>
        {rows.map((row) => {
          const [tone, word] = serverState(row);
          return (
            <label key={row.id} className={line}>
              <input
                type="checkbox"
                className="size-4"
                checked={value.includes(row.id)}
                onChange={(event) => toggle(row.id, event.target.checked)}
              />
              <span className="min-w-0 flex-1 truncate">{row.name}</span>
              <StateMark tone={tone}>{word}</StateMark>
            </label>
          );
        })}
        {gone.map((id) => (
          <label key={id} className={line}>
            <input type="checkbox" className="size-4" checked onChange={() => toggle(id, false)} />
            <span className="text-muted">{m.unknown(id.slice(-6))}</span>
          </label>
        ))}
      </div>
      <p className="mt-1 text-sm text-muted">{m.serversHelp}</p>
    </fieldset>
  );
}
