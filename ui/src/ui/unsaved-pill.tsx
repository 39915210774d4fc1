/** What is not saved yet, and what to do about it. */
import { type ReactNode, useEffect, useState } from 'react';
import { m as common } from '../i18n/common';
import { m } from '../i18n/form';
import type { Draft } from '../lib/draft';
import { Button } from './button';
import { ChangeList } from './change-list';
import { Dialog } from './dialog';
import type { FormSection } from './form-field';
import { toast } from './toasts';

export interface UnsavedPillProps<C extends object> {
  draft: Draft<C>;
  sections: ReadonlyArray<FormSection<C>>;
  /** Saves the partial config. Rejects or answers false when it failed (the draft is kept). */
  onSave: (partial: Partial<C>) => Promise<unknown>;
  /** Another way to show the review, such as a TOML diff. */
  review?: (draft: Draft<C>) => ReactNode;
  /** More buttons in the pill, such as Save & deploy. */
  extra?: ReactNode;
}

/** "3 changes - Review - Discard - Save", bottom centre. Ctrl S saves. */
export function UnsavedPill<C extends object>({
  draft,
  sections,
  onSave,
  review,
  extra,
}: UnsavedPillProps<C>) {
  const [saving, setSaving] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const fields = sections.flatMap((section) => section.fields);
  const problem = fields
    .map((field) => (draft.isChanged(field.name) ? (field.check?.(draft.value) ?? null) : null))
    .find(Boolean);
  const save = async () => {
    if (saving || !draft.dirty || problem) return;
    setSaving(true);
    const done = await onSave(draft.partial).catch(() => false);
    setSaving(false);
    if (done === false || done === null) return;
    setReviewing(false);
    toast({ tone: 'ok', title: m.saved });
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key !== 's') return;
      event.preventDefault();
      void save();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  const { undoDiscard } = draft;
  if (!draft.dirty && !undoDiscard) return null;
  return (
    <>
      <section
        aria-label={m.unsaved}
        className="sticky bottom-[calc(var(--bar)+12px)] z-20 mx-auto mt-3 flex w-fit max-w-full animate-[layer-in_0.12s_ease-out] flex-wrap items-center gap-2 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-3 shadow-layer"
      >
        {draft.dirty ? (
          <>
            <span className="font-medium" aria-live="polite">
              {m.changes(draft.changes.length)}
            </span>
            <Button kind="quiet" onClick={() => setReviewing(true)}>
              {m.review}
            </Button>
            <Button kind="quiet" onClick={draft.discard}>
              {m.discard}
            </Button>
            {extra}
            <Button
              kind="primary"
              busy={saving}
              disabledReason={problem}
              shortcut="Ctrl S"
              onClick={save}
            >
              {m.save}
            </Button>
          </>
        ) : (
          <>
            <span>{m.discarded}</span>
            <Button kind="quiet" className="text-accent" onClick={() => undoDiscard?.()}>
              {m.undo}
            </Button>
          </>
        )}
      </section>
      {reviewing && (
        <Dialog
          title={m.reviewTitle}
          width={review ? 960 : 640}
          onClose={() => setReviewing(false)}
          footer={
            <>
              <Button kind="quiet" onClick={() => setReviewing(false)}>
                {common.cancel}
              </Button>
              <Button kind="primary" busy={saving} disabledReason={problem} onClick={save}>
                {m.save}
              </Button>
            </>
          }
        >
          {review ? review(draft) : <ChangeList changes={draft.changes} fields={fields} />}
        </Dialog>
      )}
    </>
  );
}
