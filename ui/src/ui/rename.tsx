/** A small dialog that asks for a name. */
import { type FormEvent, useState } from 'react';
import { m } from '../i18n/common';
import { useStored } from '../lib/value';
import { askedName, type NameQuestion } from './ask';
import { Button } from './button';
import { Dialog } from './dialog';
import { Field, Input } from './field';

/** Mounted once by the shell. */
export function RenameHost() {
  const question = useStored(askedName);
  return question ? <NameDialog question={question} /> : null;
}

function NameDialog({ question }: { question: NameQuestion & { done: () => void } }) {
  const [name, setName] = useState(question.name);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = name.trim();
    if (busy || !next) return;
    setBusy(true);
    const result = await question.save(next);
    setBusy(false);
    if (result !== null && result !== false) question.done();
  };
  return (
    <Dialog
      title={question.title}
      width={400}
      sticky
      onClose={question.done}
      footer={
        <>
          <Button kind="quiet" onClick={question.done}>
            {m.cancel}
          </Button>
          <Button kind="primary" type="submit" form="name-form" busy={busy} disabled={!name.trim()}>
            {question.confirm}
          </Button>
        </>
      }
    >
      <form id="name-form" onSubmit={submit}>
        <Field label={question.label}>
          {(props) => (
            <Input
              {...props}
              autoFocus
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={name}
              onFocus={(event) => event.target.select()}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

export { askName, askRename } from './ask';
