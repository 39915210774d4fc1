/** A new repo: its repository, its name and the server that clones it. */
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { m as page } from '../../i18n/repos';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Select } from '../../ui/field';
import { repoProblem } from '../builds/git-fields';
import { GitSource, type GitWhere, gitConfig, NO_SOURCE, nameOfRepo } from '../builds/git-source';
import { repoLink, runRepo } from './actions';

const m = page.dialog;

export function NewRepo({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { rows: servers, ready } = useRows('servers');
  const { rows: repos } = useRows('repos');
  const usable = servers.filter(({ info }) => info.state !== 'Disabled');
  const only = usable.length === 1 ? usable[0]?.id : undefined;
  const [source, setSource] = useState<GitWhere>(NO_SOURCE);
  const [typed, setTyped] = useState<string | null>(null);
  const [server, setServer] = useState('');
  const [busy, setBusy] = useState<'create' | 'clone' | null>(null);
  const on = server || only || '';
  const name = (typed ?? nameOfRepo(source.repo)).trim();
  const taken = repos.some((each) => each.name === name);
  const repo = source.repo.trim();
  const problem = !name || taken || !repo || repoProblem(repo) !== null;

  const create = async (clone: boolean) => {
    if (busy || problem) return;
    setBusy(clone ? 'clone' : 'create');
    const config = { ...gitConfig(source), server_id: on };
    const made = await write('CreateRepo', { name, config }, `${m.create} ${name}`);
    if (!made) return setBusy(null);
    const row = { id: made._id.$oid, name };
    if (clone) await runRepo('CloneRepo', page.actions.clone, row);
    void navigate(repoLink(row, clone ? 'overview' : 'config'));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void create(Boolean(on));
  };
  return (
    <Dialog
      title={m.title}
      width={520}
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
            form="new-repo"
            busy={busy === 'clone'}
            disabled={problem || busy !== null || !on}
          >
            {m.createClone}
          </Button>
        </>
      }
    >
      <form id="new-repo" onSubmit={submit} className="flex flex-col gap-4">
        <GitSource draft={source} edit={(change) => setSource((old) => ({ ...old, ...change }))} />
        <Field label={m.name} error={taken ? m.taken : null}>
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={typed ?? nameOfRepo(source.repo)}
              onChange={(event) => setTyped(event.target.value)}
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
              onChange={setServer}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
