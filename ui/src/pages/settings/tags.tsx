/** Tags: names, colours, what carries them. */
import { Plus, Tag as TagIcon } from 'lucide-react';
import { type FormEvent, useMemo, useState } from 'react';
import type { TagRow } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/settings';
import { cx } from '../../lib/cx';
import { write } from '../../lib/run';
import { TAG_COLORS, TagChip, tagColor } from '../../lib/tags';
import { createValue, useStored } from '../../lib/value';
import { useRows } from '../../live/hooks';
import { store } from '../../live/socket';
import { askRename } from '../../ui/ask';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input } from '../../ui/field';
import { EmptyState } from '../../ui/page';

const coloring = createValue<TagRow | null>(null);

/** How many resources carry the tag. */
function uses(tag: string): number {
  let n = 0;
  for (const topic of ['servers', 'deployments']) {
    for (const row of store.rows(topic).rows) {
      if ((row as { tags?: string[] }).tags?.includes(tag)) n += 1;
    }
  }
  return n;
}

const spec: ListSpec<TagRow> = {
  nouns: { one: m.tag, many: m.tagsMany, name: (row) => row.name },
  state: () => ['ok', m.active],
  link: () => null,
  extra: (row) => <TagChip tag={row} />,
  defaultSort: 'name',
  example: m.tagExample,
  columns: [
    {
      id: 'color',
      label: m.tagColor,
      width: '120px',
      cell: (row) => <span className="text-muted">{row.color}</span>,
      sort: (row) => row.color,
    },
    {
      id: 'uses',
      label: m.usedBy,
      width: '112px',
      cell: (row) => <span className="text-muted">{m.uses(uses(row.id))}</span>,
      sort: (row) => uses(row.id),
    },
  ],
  fields: [
    { key: 'name', kind: 'text', value: (row) => row.name, help: m.name },
    { key: 'color', kind: 'text', value: (row) => row.color, help: m.tagColor, exact: true },
  ],
  actions: [
    {
      id: 'rename',
      label: m.rename,
      level: 0,
      applies: () => true,
      run: (row) =>
        askRename(row.name, (name) =>
          write('RenameTag', { id: row.id, name }, `${m.rename} ${row.name}`),
        ),
    },
    {
      id: 'color',
      label: m.setColor,
      level: 0,
      applies: () => true,
      run: (row) => coloring.set(row),
    },
    {
      id: 'delete',
      label: m.delete,
      level: 2,
      danger: true,
      bulk: true,
      separated: true,
      applies: () => true,
      impact: () => m.impactTag,
      run: (row) => write('DeleteTag', { id: row.id }, `${m.delete} ${row.name}`),
    },
  ],
  phone: (row) => `${row.color} · ${m.uses(uses(row.id))}`,
};

export function Tags({ state, onState }: { state: ListState; onState: SetListState }) {
  const { rows, ready, error } = useRows('tags');
  const servers = useRows('servers').rows;
  const deployments = useRows('deployments').rows;
  const [making, setMaking] = useState(false);
  const changing = useStored(coloring);
  // Rows are new objects when their uses may have changed, so that the list shows them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const shown = useMemo(() => rows.map((row) => ({ ...row })), [rows, servers, deployments]);
  const create = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={() => setMaking(true)}>
      {m.newTag}
    </Button>
  );
  return (
    <>
      <p className="mb-3 text-muted">{m.tagText}</p>
      <Grid
        spec={spec}
        rows={shown}
        ready={ready}
        error={error}
        state={state}
        onState={onState}
        tools={create}
        empty={
          <EmptyState title={m.emptyTags} icon={<TagIcon size={28} />} action={create}>
            {m.tagText}
          </EmptyState>
        }
      />
      {making && <NewTag onClose={() => setMaking(false)} />}
      {changing && <Recolor tag={changing} onClose={() => coloring.set(null)} />}
    </>
  );
}

function Colors({ value, onChange }: { value: string; onChange: (color: string) => void }) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{m.tagColor}</legend>
      <div className="flex flex-wrap gap-1.5">
        {TAG_COLORS.map((color) => (
          <button
            key={color}
            type="button"
            aria-label={color}
            aria-pressed={color === value}
            data-tip={color}
            onClick={() => onChange(color)}
            className={cx(
              'flex size-7 items-center justify-center rounded border coarse:size-10',
              color === value ? 'border-accent' : 'border-line',
            )}
          >
            <span className={cx('size-3 rounded-full bg-current', tagColor(color))} />
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function NewTag({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [color, setColor] = useState('Slate');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !name.trim()) return;
    setBusy(true);
    const done = await write('CreateTag', { name: name.trim(), color: color as never }, m.newTag);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={m.newTag}
      width={420}
      onClose={onClose}
      footer={
        <Button kind="primary" type="submit" form="new-tag" busy={busy} disabled={!name.trim()}>
          {m.create}
        </Button>
      }
    >
      <form id="new-tag" onSubmit={submit} className="flex flex-col gap-4">
        <Field label={m.tagName}>
          {(props) => (
            <Input
              {...props}
              autoFocus
              autoComplete="off"
              autoCapitalize="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Colors value={color} onChange={setColor} />
      </form>
    </Dialog>
  );
}

function Recolor({ tag, onClose }: { tag: TagRow; onClose: () => void }) {
  const change = async (color: string) => {
    const done = await write(
      'UpdateTagColor',
      { tag: tag.id, color: color as never },
      m.colorTitle(tag.name),
    );
    if (done) onClose();
  };
  return (
    <Dialog title={m.colorTitle(tag.name)} width={420} onClose={onClose}>
      <Colors value={tag.color} onChange={(color) => void change(color)} />
    </Dialog>
  );
}
