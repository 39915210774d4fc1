/** /setup: the first account, then the first server. Without router and shell. */
import { type FormEvent, useEffect, useState } from 'react';
import { send } from '../../api/client';
import { m } from '../../i18n/login';
import { errorText } from '../../lib/error-text';
import { loadSession, loggedIn } from '../../lib/session';
import { useRows } from '../../live/hooks';
import { live } from '../../live/socket';
import { Button } from '../../ui/button';
import { StateShape } from '../../ui/state';
import { ToastHost } from '../../ui/toasts';
import { TooltipHost } from '../../ui/tooltip';
import { PasswordField, UsernameField } from '../login/fields';
import { AuthFrame } from '../login/frame';
import { connectedFacts, Enroll } from '../servers/enroll';
import { strengthOf } from './strength';

type Step = 'loading' | 'admin' | 'server' | 'done';

export default function SetupPage() {
  const [step, setStep] = useState<Step>('loading');
  const [failure, setFailure] = useState('');
  useEffect(() => {
    document.title = `${m.setupTitle} - Monitor`;
    loadSession().then(
      (session) => {
        if (session === 'setup') setStep('admin');
        else if (session === 'in') setStep('server');
        else window.location.replace('/login');
      },
      (error) => setFailure(errorText(error)),
    );
  }, []);
  if (failure) {
    return (
      <AuthFrame title={m.setupTitle}>
        <p role="alert">{failure}</p>
      </AuthFrame>
    );
  }
  if (step === 'loading') return null;
  return (
    <>
      {step === 'admin' ? <AdminStep onDone={() => setStep('server')} /> : <ServerStep />}
      <ToastHost />
      <TooltipHost />
    </>
  );
}

function AdminStep({ onDone }: { onDone: () => void }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const strength = strengthOf(password);
  const differs = again !== '' && again !== password;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || differs || again === '') return;
    setBusy(true);
    setError('');
    try {
      await send('auth/login', 'SignUpLocalUser', { username: username.trim(), password });
      await loggedIn();
      onDone();
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  };
  return (
    <AuthFrame title={m.adminTitle} width={380}>
      <p className="mb-4 text-muted">{m.adminText}</p>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <UsernameField label={m.username} value={username} onChange={setUsername} />
        <PasswordField
          label={m.password}
          name="password"
          fresh
          value={password}
          onChange={setPassword}
          error={error}
        />
        {password && (
          <div className="-mt-1 flex items-center gap-2 text-sm">
            <span
              role="meter"
              aria-label={m.strengthLabel}
              aria-valuemin={0}
              aria-valuemax={4}
              aria-valuenow={strength}
              aria-valuetext={m.strength[strength]}
              className="flex flex-1 gap-1"
            >
              {[1, 2, 3, 4].map((n) => (
                <span
                  key={n}
                  className={`h-1 flex-1 rounded-full ${n > strength ? 'bg-line' : strength < 2 ? 'bg-crit' : strength < 3 ? 'bg-warn' : 'bg-ok'}`}
                />
              ))}
            </span>
            <span className="text-muted">{m.strength[strength]}</span>
          </div>
        )}
        <PasswordField
          label={m.repeat}
          fresh
          value={again}
          onChange={setAgain}
          error={differs ? m.mismatch : ''}
        />
        <Button type="submit" kind="primary" busy={busy} className="mt-1 h-9">
          {m.createAdmin}
        </Button>
      </form>
      <p className="mt-4 text-center text-sm text-muted">{m.step(1, 2)}</p>
    </AuthFrame>
  );
}

function ServerStep() {
  const { rows, ready } = useRows('servers');
  const [adding, setAdding] = useState(false);
  useEffect(() => live.start(), []);
  const up = rows.filter(({ info }) => info.state === 'Ok');
  return (
    <AuthFrame title={m.serverTitle} width={640}>
      <p className="mb-4 text-muted">{m.serverText}</p>
      <div role="status" className="mb-4">
        {up.length > 0 ? (
          <ul aria-label={m.connected} className="flex flex-col gap-1">
            {up.map((row) => (
              <li
                key={row.id}
                className="flex items-center gap-2 rounded border border-line px-3 py-2"
              >
                <StateShape tone="ok" />
                <strong>{row.name}</strong>
                <span className="text-muted">{connectedFacts(row)}</span>
              </li>
            ))}
          </ul>
        ) : (
          ready && (
            <p className="flex items-center gap-2 rounded border border-line px-3 py-2">
              <StateShape tone="busy" />
              {m.waiting}
            </p>
          )
        )}
      </div>
      {adding ? (
        <section className="mb-4 rounded border border-line p-4">
          <h2 className="mb-3 font-bold">{m.another}</h2>
          <Enroll onConnected={() => setAdding(false)} />
        </section>
      ) : (
        <Button className="mb-4" onClick={() => setAdding(true)}>
          {m.another}
        </Button>
      )}
      <div className="flex items-center justify-between">
        <span className="text-sm text-muted">{m.step(2, 2)}</span>
        <Button
          kind={up.length > 0 ? 'primary' : 'quiet'}
          className="h-9"
          onClick={() => window.location.assign('/')}
        >
          {up.length > 0 ? m.finish : m.skip}
        </Button>
      </div>
    </AuthFrame>
  );
}
