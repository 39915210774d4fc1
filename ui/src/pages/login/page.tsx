/** /login: a page of its own, without router and shell, so that it loads at once. */
import { type FormEvent, useEffect, useState } from 'react';
import { send } from '../../api/client';
import type { LoginOptions } from '../../api/types';
import { m } from '../../i18n/login';
import { errorText } from '../../lib/error-text';
import { Button } from '../../ui/button';
import { PasswordField, UsernameField } from './fields';
import { AuthFrame } from './frame';

/** Only paths of our own: "//host" would leave the site. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}

const enter = () => window.location.assign(nextPath(window.location.search));

export default function LoginPage() {
  const [options, setOptions] = useState<LoginOptions | null>(null);
  const [failure, setFailure] = useState('');
  const [factor, setFactor] = useState<'' | 'Totp' | 'Passkey'>('');
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is the order to try again
  useEffect(() => {
    document.title = `${m.title} - Monitor`;
    send('auth/login', 'GetLoginOptions', {}).then(
      (found) => {
        if (found.no_users) window.location.replace('/setup');
        setOptions(found);
        setFailure('');
      },
      (error) => setFailure(errorText(error)),
    );
  }, [attempt]);
  return (
    <AuthFrame title={m.title}>
      {failure && (
        <div role="alert" className="mb-3">
          <p className="font-medium">{m.unreachable}</p>
          <p className="mb-2 text-muted">{failure}</p>
          <Button onClick={() => setAttempt((n) => n + 1)}>{m.retry}</Button>
        </div>
      )}
      {factor ? (
        <p role="alert">{m.secondFactor}</p>
      ) : options?.local === false ? (
        <p>{m.noLocal}</p>
      ) : (
        <PasswordForm onFactor={setFactor} />
      )}
    </AuthFrame>
  );
}

function PasswordForm({ onFactor }: { onFactor: (factor: 'Totp' | 'Passkey') => void }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError('');
    try {
      const answer = await send('auth/login', 'LoginLocalUser', { username, password });
      if (answer.type === 'Jwt') return enter();
      onFactor(answer.type);
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <UsernameField label={m.username} value={username} onChange={setUsername} />
      <PasswordField
        label={m.password}
        name="password"
        value={password}
        onChange={setPassword}
        error={error}
      />
      <Button type="submit" kind="primary" busy={busy} className="mt-1 h-9 w-full">
        {m.submit}
      </Button>
    </form>
  );
}
