/** Choosing the tags of a resource; a new name makes a new tag. */
import { useState } from 'react';
import { m } from '../i18n/common';
import { write } from '../lib/run';
import { TagChip, useTags } from '../lib/tags';
import { useStored } from '../lib/value';
import { askedTags, type TagQuestion } from './ask';
import { Button } from './button';
import { Dialog } from './dialog';
import { Field, Input } from './field';

/** Mounted once by the shell. */
export function TagPickerHost() {
  const question = useStored(askedTags);
  return question ? <TagDialog question={question} /> : null;
}

function TagDialog({ question }: { question: TagQuestion & { done: () => void } }) {
  const all = useTags();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(question.tags));
  const [fresh, setFresh] = useState('');
  const [busy, setBusy] = useState(false);
  const toggle = (id: string) =>
    setChosen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const save = async () => {
    setBusy(true);
    const name = fresh.trim();
    const tags = [...chosen, ...(name ? [name] : [])];
    const done = await write(
      'UpdateResourceMeta',
      { target: question.target, tags },
      m.tagsTitle(question.name),
    );
    setBusy(false);
    if (done !== null) question.done();
  };
  return (
    <Dialog
      title={m.tagsTitle(question.name)}
      width={420}
      onClose={question.done}
      footer={
        <>
          <Button kind="quiet" onClick={question.done}>
            {m.cancel}
          </Button>
          <Button kind="primary" busy={busy} onClick={save}>
            {m.save}
          </Button>
        </>
      }
    >
      {all.size > 0 && (
        <ul className="mb-4 flex flex-col">
          {[...all.values()].map((tag) => (
            <li key={tag.id}>
              <label className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded px-2 hover:bg-sunken coarse:min-h-11">
                <input
                  type="checkbox"
                  checked={chosen.has(tag.id)}
                  onChange={() => toggle(tag.id)}
                />
                <TagChip tag={tag} />
              </label>
            </li>
          ))}
        </ul>
      )}
      <Field label={m.newTag} help={m.newTagHelp}>
        {(props) => (
          <Input
            {...props}
            autoComplete="off"
            autoCapitalize="off"
            value={fresh}
            onChange={(event) => setFresh(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && void save()}
          />
        )}
      </Field>
    </Dialog>
  );
}

export { askTags } from './ask';
