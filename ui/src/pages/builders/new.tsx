/** A new builder: its name and where it builds. */
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { BuilderConfig } from '../../api/types';
import { m as page } from '../../i18n/builders';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Segmented } from '../../ui/field';
import { builderLink } from './actions';
import { ServersField } from './servers-field';

const m = page.dialog;
/** AWS is left out: Core cannot run it yet. */
type Type = 'Server' | 'Url';
const TYPES: readonly Type[] = ['Server', 'Url'];

export function NewBuilder({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { rows: builders } = useRows('builders');
  const { rows: servers } = useRows('servers');
  const [name, setName] = useState<string | null>(null);
  const [type, setType] = useState<Type>('Server');
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const [address, setAddress] = useState('');
  const [busy, setBusy] = useState(false);
  const first = servers.length === 1 ? servers.map(({ id }) => id) : [];
  const ids = chosen ?? first;
  const suggested = type === 'Server' ? (servers.find(({ id }) => id === ids[0])?.name ?? '') : '';
  const title = (name ?? suggested).trim();
  const taken = builders.some((each) => each.name === title);
  const ready = title !== '' && !taken && (type === 'Server' ? ids.length > 0 : address.trim());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    const config = (
      type === 'Server'
        ? { type, params: { server_ids: ids } }
        : { type, params: { address: address.trim() } }
    ) as BuilderConfig;
    const made = await write('CreateBuilder', { name: title, config }, `${m.create} ${title}`);
    setBusy(false);
    if (made) void navigate(builderLink({ id: made._id.$oid }));
  };
  return (
    <Dialog
      title={m.title}
      width={440}
      sticky
      onClose={onClose}
      footer={
        <Button kind="primary" type="submit" form="new-builder" busy={busy} disabled={!ready}>
          {m.create}
        </Button>
      }
    >
      <form id="new-builder" onSubmit={submit} className="flex flex-col gap-4">
        <div className="flex flex-col gap-1">
          <Segmented
            label={m.type}
            value={type}
            onChange={setType}
            options={TYPES.map((value) => ({ value, label: page.types[value] ?? value }))}
            className="self-start"
          />
          <p className="text-sm text-muted">{page.typeHelp[type]}</p>
        </div>
        {type === 'Server' ? (
          servers.length === 0 ? (
            <p className="text-muted">{m.noServers}</p>
          ) : (
            <ServersField value={ids} onChange={setChosen} />
          )
        ) : (
          <Field label={page.config.address} help={page.config.addressHelp}>
            {(props) => (
              <Input
                {...props}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                placeholder="10.0.0.4:8120"
                className="mono"
                value={address}
                onChange={(event) => setAddress(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={m.name} error={taken ? m.taken : null}>
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={name ?? suggested}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
