/** The confirmations of levels 2 and 3. */
import { useId, useState } from 'react';
import { m } from '../i18n/common';
import { Button } from './button';
import type { Asked } from './confirm';
import { Dialog } from './dialog';
import { Input } from './field';

export function ConfirmDialogs({ question }: { question: Asked }) {
  return question.level === 2 ? (
    <ConfirmDialog question={question} />
  ) : (
    <TypeToConfirm question={question} />
  );
}

function List({ items }: { items: readonly string[] | undefined }) {
  if (!items?.length) return null;
  return (
    <ul className="mono mt-3 max-h-60 overflow-y-auto rounded border border-line bg-sunken px-3 py-2 leading-5">
      {items.map((item) => (
        <li key={item} className="wrap-anywhere">
          {item}
        </li>
      ))}
    </ul>
  );
}

function ConfirmDialog({ question }: { question: Asked }) {
  const { answer } = question;
  return (
    <Dialog
      role="alertdialog"
      sticky
      title={question.title}
      onClose={() => answer(false)}
      footer={
        <>
          <Button kind="quiet" onClick={() => answer(false)}>
            {m.cancel}
          </Button>
          <Button kind="danger" autoFocus onClick={() => answer(true)}>
            {question.confirm}
          </Button>
        </>
      }
    >
      {question.impact}
      <List items={question.list} />
    </Dialog>
  );
}

function TypeToConfirm({ question }: { question: Asked }) {
  const [typed, setTyped] = useState('');
  const id = useId();
  const { answer, name = '' } = question;
  const matches = typed === name && name !== '';
  return (
    <Dialog
      role="alertdialog"
      sticky
      title={question.title}
      onClose={() => answer(false)}
      footer={
        <>
          <Button kind="quiet" onClick={() => answer(false)}>
            {m.cancel}
          </Button>
          <Button
            type="submit"
            form={`${id}-f`}
            kind="danger"
            disabled={!matches}
            className="data-[match=true]:bg-crit data-[match=true]:text-surface"
            data-match={matches}
          >
            {question.confirm}
          </Button>
        </>
      }
    >
      {question.impact}
      <List items={question.list} />
      <form
        id={`${id}-f`}
        className="mt-4 flex flex-col gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (matches) answer(true);
        }}
      >
        <label htmlFor={id}>
          {m.typeToConfirm[0]} <strong className="mono select-none wrap-anywhere">{name}</strong>{' '}
          {m.typeToConfirm[1]}
        </label>
        <Input
          id={id}
          autoFocus
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
