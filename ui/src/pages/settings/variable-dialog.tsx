/** Making a variable, or changing one. A secret's value stays hidden until it is asked for. */
import { type FormEvent, useState } from 'react';
import type { Variable } from '../../api/types';
import { m as all } from '../../i18n/accounts';
import { refresh } from '../../lib/query';
import { write } from '../../lib/run';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Switch, TextArea } from '../../ui/field';

const m = all.variables;
const NAME = /^[A-Za-z_][\w.-]*$/;

/** Sends what differs. What becomes secret is made so before its value is told. */
async function change(before: Variable, after: Variable): Promise<boolean> {
  const { name } = before;
  const title = `${all.save} ${name}`;
  const secrecy = () =>
    write('UpdateVariableIsSecret', { name, is_secret: after.is_secret }, title);
  const steps: Array<() => Promise<unknown>> = [];
  if (after.is_secret && !before.is_secret) steps.push(secrecy);
  if (after.value !== before.value)
    steps.push(() => write('UpdateVariableValue', { name, value: after.value }, title));
  if (after.description !== before.description)
    steps.push(() =>
      write('UpdateVariableDescription', { name, description: after.description ?? '' }, title),
    );
  if (!after.is_secret && before.is_secret) steps.push(secrecy);
  for (const step of steps) if ((await step()) === null) return false;
  return true;
}

export function VariableDialog({
  before,
  names,
  onClose,
}: {
  /** The variable that is changed; null for a new one. */
  before: Variable | null;
  names: ReadonlySet<string>;
  onClose: () => void;
}) {
  const hides = before?.is_secret === true && before.value !== '';
  const [name, setName] = useState(before?.name ?? '');
  // null: the stored one stays.
  const [value, setValue] = useState<string | null>(hides ? null : (before?.value ?? ''));
  const [description, setDescription] = useState(before?.description ?? '');
  const [secret, setSecret] = useState(before?.is_secret ?? false);
  const [busy, setBusy] = useState(false);
  const typed = name.trim();
  const bad = typed !== '' && !NAME.test(typed);
  const taken = before === null && names.has(typed);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !typed || bad || taken) return;
    setBusy(true);
    const after: Variable = {
      name: typed,
      value: value ?? before?.value ?? '',
      description: description.trim(),
      is_secret: secret,
    };
    const done = before
      ? await change(before, after)
      : (await write('CreateVariable', after, `${m.new} ${typed}`)) !== null;
    setBusy(false);
    await refresh('ListVariables');
    if (done) onClose();
  };
  return (
    <Dialog
      title={before ? m.editTitle(before.name) : m.new}
      width={520}
      sticky
      onClose={onClose}
      footer={
        <Button
          kind="primary"
          type="submit"
          form="variable"
          busy={busy}
          disabled={!typed || bad || taken}
        >
          {before ? all.save : all.create}
        </Button>
      }
    >
      <form id="variable" onSubmit={submit} className="flex flex-col gap-4" autoComplete="off">
        {before === null && (
          <Field label={m.name} help={m.nameHelp} error={bad ? m.badName : taken ? m.taken : null}>
            {(props) => (
              <Input
                {...props}
                autoFocus
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                className="mono"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={m.value} help={value === null ? m.keepValue : m.valueHelp}>
          {(props) => (
            <TextArea
              {...props}
              rows={Math.min(12, Math.max(3, (value ?? '').split('\n').length))}
              spellCheck={false}
              autoComplete="off"
              placeholder={value === null ? m.hidden : undefined}
              value={value ?? ''}
              onChange={(event) =>
                setValue(hides && event.target.value === '' ? null : event.target.value)
              }
            />
          )}
        </Field>
        {value === null && (
          <Button className="-mt-2 self-start" onClick={() => setValue(before?.value ?? '')}>
            {m.showStored}
          </Button>
        )}
        <Switch label={m.secretLabel} help={m.secretHelp} checked={secret} onChange={setSecret} />
        <Field label={m.description}>
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
