/** A command that users give: where it runs, what it is, and whether a shell gets it as it stands. */
import type { SystemCommand } from '../api/types';
import { ChangedDot, Field, Input, Switch, TextArea } from '../ui/field';

const m = {
  path: 'Directory',
  pathHelp: 'Below the source. Empty for its root.',
  command: 'Command',
  commandHelp: 'Several lines run one after another, until one fails.',
  shell: 'Give the text to the shell as it stands',
} as const;

export function CommandField({
  label,
  help,
  value,
  changed,
  onChange,
}: {
  label: string;
  help: string;
  value: SystemCommand;
  changed: boolean;
  onChange: (value: SystemCommand) => void;
}) {
  const set = (change: Partial<SystemCommand>) => onChange({ ...value, ...change });
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="contents">
        <span className="flex items-center gap-1.5 text-sm font-medium">
          {label}
          {changed && <ChangedDot />}
        </span>
      </legend>
      <p className="-mt-2 text-sm text-muted">{help}</p>
      <div className="grid gap-3 border-l-2 border-line pl-3">
        <Field label={m.command} help={m.commandHelp}>
          {(props) => (
            <TextArea
              {...props}
              rows={Math.min(10, Math.max(2, value.command.split('\n').length))}
              spellCheck={false}
              value={value.command}
              onChange={(event) => set({ command: event.target.value })}
            />
          )}
        </Field>
        {value.command.trim() !== '' && (
          <>
            <Field label={m.path} help={m.pathHelp}>
              {(props) => (
                <Input
                  {...props}
                  autoComplete="off"
                  autoCapitalize="off"
                  spellCheck={false}
                  className="mono max-w-lg"
                  value={value.path}
                  onChange={(event) => set({ path: event.target.value })}
                />
              )}
            </Field>
            <Switch
              label={m.shell}
              checked={value.shell_mode}
              onChange={(shell_mode) => set({ shell_mode })}
            />
          </>
        )}
      </div>
    </fieldset>
  );
}
