/** Adding an account, or changing one: its token goes in and is never shown. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { m } from '../../i18n/accounts';
import type { Accounts } from '../../lib/accounts';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Segmented, Switch, TextArea } from '../../ui/field';
import { SuggestField } from '../../ui/suggest';

export interface AccountDraft {
  domain: string;
  username: string;
  https: boolean;
  /** Empty keeps the one that is stored. */
  token: string;
}

const KEY = /^-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export function AccountDialog({
  title,
  git,
  before,
  accounts,
  onSave,
  onClose,
}: {
  title: string;
  /** Git accounts have a scheme, and may have an ssh key. */
  git: boolean;
  /** The account that is changed; null for a new one. */
  before: AccountDraft | null;
  accounts: Accounts;
  /** Answers false where it failed: the dialog stays. */
  onSave: (draft: AccountDraft) => Promise<boolean>;
  onClose: () => void;
}) {
  const [draft, setDraft] = useState<AccountDraft>({
    domain: git ? 'github.com' : 'docker.io',
    username: '',
    https: true,
    ...before,
    token: '',
  });
  const [kind, setKind] = useState<'token' | 'key'>('token');
  const [busy, setBusy] = useState(false);
  const edit = (change: Partial<AccountDraft>) => setDraft((old) => ({ ...old, ...change }));
  const domain = draft.domain.trim();
  const username = draft.username.trim();
  const same = before?.domain === domain && before.username === username;
  const taken = !same && (accounts.get(domain)?.includes(username) ?? false);
  const badKey = kind === 'key' && draft.token !== '' && !KEY.test(draft.token.trim());
  const ready = domain && username && !taken && !badKey && (before !== null || draft.token.trim());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    const token = kind === 'key' && draft.token ? `${draft.token.trim()}\n` : draft.token.trim();
    const done = await onSave({ ...draft, domain, username, token });
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={title}
      width={460}
      sticky
      onClose={onClose}
      footer={
        <Button kind="primary" type="submit" form="account" busy={busy} disabled={!ready}>
          {before ? m.save : m.create}
        </Button>
      }
    >
      <form id="account" onSubmit={submit} className="flex flex-col gap-4" autoComplete="off">
        <SuggestField
          wide
          label={m.domain}
          options={[...accounts.keys()]}
          value={draft.domain}
          onChange={(value) => edit({ domain: value })}
        />
        <Field label={m.name} error={taken ? m.taken : null}>
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={draft.username}
              onChange={(event) => edit({ username: event.target.value })}
            />
          )}
        </Field>
        {git && (
          <Segmented
            label={m.git.auth}
            value={kind}
            onChange={(next) => {
              setKind(next);
              edit({ token: '' });
            }}
            options={[
              { value: 'token', label: m.git.kinds.token },
              { value: 'key', label: m.git.kinds.key },
            ]}
            className="self-start"
          />
        )}
        <Token
          isKey={kind === 'key'}
          stored={before !== null}
          error={badKey ? m.git.badKey : null}
          value={draft.token}
          onChange={(token) => edit({ token })}
        />
        {git && kind === 'token' && (
          <Switch
            label={m.git.httpsLabel}
            help={m.git.httpsHelp}
            checked={draft.https}
            onChange={(https) => edit({ https })}
          />
        )}
      </form>
    </Dialog>
  );
}

function Token({
  isKey,
  stored,
  error,
  value,
  onChange,
}: {
  isKey: boolean;
  stored: boolean;
  error: ReactNode;
  value: string;
  onChange: (value: string) => void;
}) {
  const label = isKey ? m.git.key : stored ? m.replace : m.token;
  const help = [isKey ? m.git.keyHelp : stored ? '' : m.tokenHelp, stored ? m.replaceHelp : '']
    .filter(Boolean)
    .join(' ');
  return (
    <Field label={label} help={help} error={error}>
      {(props) =>
        isKey ? (
          <TextArea
            {...props}
            rows={6}
            spellCheck={false}
            autoComplete="off"
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <Input
            {...props}
            type="password"
            autoComplete="new-password"
            className="mono"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
