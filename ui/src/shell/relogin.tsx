/** Logging in again over the intact page, after the session ended. */
import { type FormEvent, useState } from 'react';
import { sessionExpired, sessionRestored } from '../api/client';
import { m } from '../i18n/shell';
import { errorText } from '../lib/run';
import { logIn, user } from '../lib/session';
import { useStored } from '../lib/value';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, Input } from '../ui/field';

export function ReloginHost() {
  return useStored(sessionExpired) ? <Relogin /> : null;
}

function Relogin() {
  const [name, setName] = useState(user.get()?.username ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError('');
    try {
      const factor = await logIn(name, password);
      // A second factor has its place on the full page.
      if (factor) window.location.assign('/login');
      else sessionRestored();
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={m.loginAgain}
      width={360}
      locked
      sticky
      onClose={() => {}}
      footer={
        <Button kind="primary" type="submit" form="relogin" busy={busy}>
          {m.logIn}
        </Button>
      }
    >
      <form id="relogin" onSubmit={submit} className="flex flex-col gap-3">
        <p className="text-muted">{m.loginAgainText}</p>
        <Field label={m.username}>
          {(props) => (
            <Input
              {...props}
              autoComplete="username"
              autoCapitalize="off"
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={m.password} error={error}>
          {(props) => (
            <Input
              {...props}
              type="password"
              autoComplete="current-password"
              autoFocus
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
