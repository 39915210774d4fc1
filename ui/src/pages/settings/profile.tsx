/** Username, password, what the account may do. */
import { type FormEvent, useState } from 'react';
import { send } from '../../api/client';
import { m } from '../../i18n/settings';
import { errorText } from '../../lib/run';
import { user } from '../../lib/session';
import { useStored } from '../../lib/value';
import { Button } from '../../ui/button';
import { Facts } from '../../ui/facts';
import { Field, Input } from '../../ui/field';
import { Card, Copyable } from '../../ui/page';
import { toast } from '../../ui/toasts';

const MIN_PASSWORD = 8;

export function Profile() {
  const me = useStored(user);
  if (!me) return null;
  const role = me.super_admin ? m.superAdmin : me.admin ? m.admin : m.user;
  return (
    <div className="flex max-w-[640px] flex-col gap-3">
      <Card title={m.account} bodyClass="p-4">
        <Facts
          items={[
            [m.role, role],
            [m.id, <Copyable key="id" text={me._id?.$oid ?? ''} />],
          ]}
        />
      </Card>
      <UsernameCard />
      <PasswordCard />
    </div>
  );
}

function UsernameCard() {
  const me = useStored(user);
  const [name, setName] = useState(me?.username ?? '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !me) return;
    setBusy(true);
    setError('');
    try {
      await send('auth/manage', 'UpdateUsername', { username: name.trim() });
      user.set({ ...me, username: name.trim() });
      toast({ tone: 'ok', title: m.usernameChanged });
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={m.usernameTitle} bodyClass="p-4">
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={m.username} help={m.usernameHelp} error={error}>
          {(props) => (
            <Input
              {...props}
              className="max-w-80"
              autoComplete="username"
              autoCapitalize="off"
              spellCheck={false}
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button
          type="submit"
          className="self-start"
          busy={busy}
          disabled={!name.trim() || name.trim() === me?.username}
        >
          {m.change}
        </Button>
      </form>
    </Card>
  );
}

function PasswordCard() {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const differs = again !== '' && again !== password;
  const short = password !== '' && password.length < MIN_PASSWORD;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || differs || short || !password || !again) return;
    setBusy(true);
    setError('');
    try {
      await send('auth/manage', 'UpdatePassword', { password });
      setPassword('');
      setAgain('');
      toast({ tone: 'ok', title: m.passwordChanged });
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  const input = (value: string, set: (value: string) => void) => (props: object) => (
    <Input
      {...props}
      type="password"
      className="max-w-80"
      autoComplete="new-password"
      value={value}
      onChange={(event) => set(event.target.value)}
    />
  );
  return (
    <Card title={m.passwordTitle} bodyClass="p-4">
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={m.newPassword} error={error || (short && m.short)}>
          {input(password, setPassword)}
        </Field>
        <Field label={m.repeat} error={differs && m.mismatch}>
          {input(again, setAgain)}
        </Field>
        <Button
          type="submit"
          className="self-start"
          busy={busy}
          disabled={!password || !again || differs || short}
        >
          {m.change}
        </Button>
      </form>
    </Card>
  );
}
