/** A new deployment: name, server, image. The rest is for its config page. */
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { DeploymentConfig, DeploymentImage } from '../../api/types';
import { m as page } from '../../i18n/deployments';
import { LATEST } from '../../lib/builds';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Select } from '../../ui/field';
import { deploymentLink, run } from './actions';
import { ImageField } from './image-field';

const m = page.dialog;
const PORT = /^(?:[\d.]+:|\[[\da-f:]+\]:)?\d+(?:-\d+)?:\d+(?:-\d+)?(?:\/(?:tcp|udp|sctp))?$/i;

/** "ghcr.io/acme/web-app:1.2" -> "web-app" */
export function nameOfImage(image: string): string {
  const bare = image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
  return bare.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-');
}

/** "8080:80, 53:53/udp" -> the config's lines, or null if one is no port. */
export function portLines(text: string): string | null {
  const ports = text.split(/[\s,]+/).filter(Boolean);
  if (!ports.every((port) => PORT.test(port))) return null;
  return ports
    .map((port) => {
      const at = port.lastIndexOf(':');
      return `  ${port.slice(0, at)}: ${port.slice(at + 1)}\n`;
    })
    .join('');
}

interface Draft {
  name: string | null;
  server: string;
  image: DeploymentImage;
  network: string;
  ports: string;
}

const imageFrom = (build: string | undefined): DeploymentImage =>
  build
    ? { type: 'Build', params: { build_id: build, version: LATEST } }
    : { type: 'Image', params: { image: '' } };

export function NewDeployment({
  server,
  build,
  onClose,
}: {
  server?: string;
  /** The build that is chosen. */
  build?: string;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const { rows: servers, ready } = useRows('servers');
  const { rows: deployments } = useRows('deployments');
  const { rows: builds } = useRows('builds');
  const usable = servers.filter(({ info }) => info.state !== 'Disabled');
  const only = usable.length === 1 ? usable[0]?.id : undefined;
  const [draft, setDraft] = useState<Draft>({
    name: null,
    server: server ?? '',
    image: imageFrom(build),
    network: 'bridge',
    ports: '',
  });
  const [busy, setBusy] = useState<'create' | 'deploy' | null>(null);
  const on = draft.server || only || '';
  const { image } = draft;
  const chosen = image.type === 'Image' ? image.params.image.trim() : image.params.build_id;
  const suggested =
    image.type === 'Image'
      ? nameOfImage(image.params.image)
      : (builds.find(({ id }) => id === image.params.build_id)?.name ?? '');
  const name = draft.name ?? suggested;
  const taken = deployments.some((each) => each.name === name);
  const ports = portLines(draft.ports);
  const host = draft.network === 'host';
  const problem = !name || taken || (ports === null && !host);
  const edit = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));

  const create = async (deploy: boolean) => {
    if (busy || problem) return;
    setBusy(deploy ? 'deploy' : 'create');
    const config: Partial<DeploymentConfig> = {
      server_id: on,
      network: draft.network,
      image: image.type === 'Image' ? { type: 'Image', params: { image: chosen } } : image,
      ...(ports && !host ? { ports } : {}),
    };
    const made = await write('CreateDeployment', { name, config }, `${m.create} ${name}`);
    if (!made) return setBusy(null);
    const id = made._id.$oid;
    const update = deploy ? await run('Deploy', page.actions.deploy, { id, name }) : null;
    if (update) {
      void navigate({ to: '/activity/$update', params: { update: update._id.$oid } });
    } else {
      void navigate(deploymentLink({ id }, 'config'));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void create(Boolean(on && chosen));
  };
  return (
    <Dialog
      title={m.title}
      width={460}
      sticky
      onClose={onClose}
      footer={
        <>
          <Button
            busy={busy === 'create'}
            disabled={problem || busy !== null}
            onClick={() => void create(false)}
          >
            {m.create}
          </Button>
          <Button
            kind="primary"
            type="submit"
            form="new-deployment"
            busy={busy === 'deploy'}
            disabled={problem || busy !== null || !on || !chosen}
          >
            {m.createDeploy}
          </Button>
        </>
      }
    >
      <form id="new-deployment" onSubmit={submit} className="flex flex-col gap-4">
        <ImageField
          autoFocus
          help={m.imageHelp}
          value={image}
          onChange={(next) => edit({ image: next })}
        />
        <Field label={m.name} help={m.nameHelp} error={taken ? m.taken : null}>
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={name}
              onChange={(event) => edit({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={m.server} help={ready && usable.length === 0 ? m.noServers : m.serverHelp}>
          {(props) => (
            <Select
              {...props}
              options={[
                { value: '', label: m.chooseServer },
                ...usable.map(({ id, name: label }) => ({ value: id, label })),
              ]}
              value={on}
              onChange={(value) => edit({ server: value })}
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={m.network} help={m.networkHelp}>
            {(props) => (
              <Input
                {...props}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                className="mono"
                value={draft.network}
                onChange={(event) => edit({ network: event.target.value })}
              />
            )}
          </Field>
          {!host && (
            <Field label={m.ports} help={m.portsHelp} error={ports === null ? m.badPorts : null}>
              {(props) => (
                <Input
                  {...props}
                  autoComplete="off"
                  placeholder="8080:80"
                  className="mono"
                  value={draft.ports}
                  onChange={(event) => edit({ ports: event.target.value })}
                />
              )}
            </Field>
          )}
        </div>
      </form>
    </Dialog>
  );
}
