/** Getting an agent in: makes an onboarding key, shows the one command, and waits for the server. */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { send } from '../../api/client';
import type { ServerRow } from '../../api/types';
import { m } from '../../i18n/servers';
import { errorText } from '../../lib/error-text';
import { useRows } from '../../live/hooks';
import { serverNow } from '../../live/socket';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { Field, Input } from '../../ui/field';
import { StateShape } from '../../ui/state';

const HOUR_MS = 3_600_000;

/** The command for a shell on the new server. The key is in its environment, not among its arguments. */
export function enrollCommand(address: string, key: string, name: string): string {
  const quoted = (value: string) =>
    /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
  return [
    `PERIPHERY_CORE_ADDRESS=${quoted(address)}`,
    `PERIPHERY_ONBOARDING_KEY=${quoted(key)}`,
    `PERIPHERY_CONNECT_AS=${quoted(name)}`,
    'monitor periphery',
  ].join(' \\\n  ');
}

/** `onConnected` is told once, with the row of the new server. */
export function Enroll({ onConnected }: { onConnected: (row: ServerRow) => void }) {
  const [name, setName] = useState('');
  const [address, setAddress] = useState(window.location.origin);
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const { rows } = useRows('servers');
  const taken = rows.find((row) => row.name === name.trim());
  const connected = taken?.info.state === 'Ok';
  const id = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !name.trim() || connected) return;
    setBusy(true);
    setError('');
    try {
      const { private_key } = await send('write', 'CreateOnboardingKey', {
        name: name.trim(),
        expires: Math.round(serverNow()) + HOUR_MS,
        uses: 1,
      });
      setKey(private_key);
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };

  if (key) {
    return (
      <Waiting
        name={name.trim()}
        command={enrollCommand(address.trim(), key, name.trim())}
        onConnected={onConnected}
        onBack={() => setKey('')}
      />
    );
  }
  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label={m.addName}
        help={m.addNameHelp}
        error={error || (connected && m.nameTaken(name.trim()))}
      >
        {(props) => (
          <Input
            {...props}
            autoFocus
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            required
            placeholder="lab-nas"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={m.addCoreAddress} help={isLoopback(address) ? m.addLoopback : undefined}>
        {(props) => (
          <Input
            {...props}
            type="url"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            required
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" busy={busy} className="self-start">
        {m.addNext}
      </Button>
    </form>
  );
}

function isLoopback(address: string): boolean {
  return /\/\/(localhost|127\.|\[::1\])/.test(address);
}

function Waiting({
  name,
  command,
  onConnected,
  onBack,
}: {
  name: string;
  command: string;
  onConnected: (row: ServerRow) => void;
  onBack: () => void;
}) {
  const { rows } = useRows('servers');
  const row = rows.find((each) => each.name === name && each.info.state === 'Ok');
  const told = useRef(false);
  useEffect(() => {
    if (!row || told.current) return;
    told.current = true;
    onConnected(row);
  }, [row, onConnected]);
  return (
    <div className="flex flex-col gap-3">
      <p>
        {m.addNeeds[0]} <code>monitor</code> {m.addNeeds[1]}
      </p>
      <div className="relative">
        <pre tabIndex={0} className="scroll-x rounded border border-line bg-sunken py-3 pr-12 pl-3">
          {command}
        </pre>
        <CopyButton
          text={command}
          label={m.copyCommand}
          className="absolute! top-2 right-2 bg-surface"
        />
      </div>
      <p className="text-sm text-muted">{m.addKeyNote}</p>
      <p role="status" className="flex items-center gap-2 rounded border border-line px-3 py-2">
        <StateShape tone={row ? 'ok' : 'busy'} />
        {row ? (
          <span>
            <strong>{m.addConnected(name)}</strong>
            <span className="text-muted"> {connectedFacts(row)}</span>
          </span>
        ) : (
          m.addWaiting
        )}
      </p>
      {!row && (
        <details className="text-muted">
          <summary className="w-fit py-1">{m.addTrouble}</summary>
          <ul className="list-disc pl-5">
            <li>{m.addTrouble1}</li>
            <li>{m.addTrouble2}</li>
            <li>{m.addTrouble3}</li>
          </ul>
        </details>
      )}
      {!row && (
        <Button kind="quiet" className="self-start" onClick={onBack}>
          {m.addBack}
        </Button>
      )}
    </div>
  );
}

/** "from 10.0.0.4 · Docker 28.5 · 14 containers found" */
export function connectedFacts(row: ServerRow): string {
  return [
    row.info.public_ip ? m.fromAddress(row.info.public_ip) : '',
    row.info.docker
      ? m.dockerVersion(row.info.docker)
      : row.info.docker === null
        ? m.withoutDocker
        : '',
    row.info.containers ? m.containersFound(row.info.containers.total) : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
