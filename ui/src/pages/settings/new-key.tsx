/** The dialog of a new key of any kind: a name, how long it lasts, then the key, shown once. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { m } from '../../i18n/settings';
import { errorText } from '../../lib/run';
import { serverNow } from '../../live/socket';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Select } from '../../ui/field';

const DAY_MS = 86_400_000;

interface NewKeyDialogProps {
  title: string;
  nameLabel: string;
  nameHelp?: string;
  /** The lifetime that is chosen at first, in days. */
  days: string;
  /** Makes the key; answers what to show of it. `expires` is in ms, 0 for never. */
  make: (name: string, expires: number) => Promise<ReactNode>;
  madeTitle: string;
  /** Says that this is the only time. */
  madeText: string;
  onClose: () => void;
}

export function NewKeyDialog(props: NewKeyDialogProps) {
  const [made, setMade] = useState<ReactNode>(null);
  if (!made) return <NewKeyForm {...props} onMade={setMade} />;
  return (
    <Dialog
      title={props.madeTitle}
      sticky
      width={560}
      onClose={props.onClose}
      footer={
        <Button kind="primary" autoFocus onClick={props.onClose}>
          {m.close}
        </Button>
      }
    >
      <p className="mb-3">{props.madeText}</p>
      {made}
    </Dialog>
  );
}

function NewKeyForm({
  title,
  nameLabel,
  nameHelp,
  days: first,
  make,
  onMade,
  onClose,
}: NewKeyDialogProps & { onMade: (made: ReactNode) => void }) {
  const [name, setName] = useState('');
  const [days, setDays] = useState(first);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !name.trim()) return;
    setBusy(true);
    setError('');
    try {
      const expires = days === '0' ? 0 : Math.round(serverNow()) + Number(days) * DAY_MS;
      onMade(await make(name.trim(), expires));
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      width={420}
      onClose={onClose}
      footer={
        <Button kind="primary" type="submit" form="new-key" busy={busy} disabled={!name.trim()}>
          {m.create}
        </Button>
      }
    >
      <form id="new-key" onSubmit={submit} className="flex flex-col gap-3">
        <Field label={nameLabel} help={nameHelp} error={error}>
          {(field) => (
            <Input
              {...field}
              autoFocus
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={m.keyExpires}>
          {(field) => <Select {...field} value={days} onChange={setDays} options={LIFETIMES} />}
        </Field>
      </form>
    </Dialog>
  );
}

/** The shortest first; 0 days stand for always. */
const LIFETIMES = Object.entries(m.lifetimes)
  .sort(([a], [b]) => (Number(a) || 1e9) - (Number(b) || 1e9))
  .map(([value, label]) => ({ value, label }));
