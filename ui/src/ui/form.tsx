/** Config forms from a description: an anchor list, sections of fields, and what is unsaved. */
import { m } from '../i18n/form';
import type { Draft } from '../lib/draft';
import { ago } from '../lib/format';
import { FormControl } from './form-field';
import { StateShape } from './state';
import { UnsavedPill, type UnsavedPillProps } from './unsaved-pill';

export type { FormField, FormSection } from './form-field';
export { UnsavedPill } from './unsaved-pill';

export interface ConfigFormProps<C extends object> extends UnsavedPillProps<C> {
  /** Why nothing can be changed. */
  disabledReason?: string | null;
}

/** Anchor list at the left, sections at the right, the pill at the bottom while something is unsaved. */
export function ConfigForm<C extends object>(props: ConfigFormProps<C>) {
  const { draft, sections, disabledReason } = props;
  return (
    <div className="grid max-w-[1080px] gap-4 lg:grid-cols-[160px_minmax(0,880px)]">
      <nav
        aria-label={m.sections}
        className="sticky top-[calc(var(--top)+12px)] self-start max-lg:hidden"
      >
        <ul>
          {sections.map((section) => (
            <li key={section.id}>
              <a
                href={`#${section.id}`}
                className="block rounded px-2 py-1 text-muted hover:bg-sunken hover:text-fg"
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(section.id)?.scrollIntoView({ block: 'start' });
                }}
              >
                {section.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0">
        <DraftNotes draft={draft} />
        <fieldset disabled={Boolean(disabledReason)} className="flex min-w-0 flex-col gap-3">
          {disabledReason && <p className="text-sm text-muted">{disabledReason}</p>}
          {sections.map((section) => (
            <section
              key={section.id}
              id={section.id}
              aria-labelledby={`${section.id}-t`}
              className="card scroll-mt-[calc(var(--top)+12px)]"
            >
              <header className="border-b border-line px-4 py-2.5">
                <h2 id={`${section.id}-t`} className="font-bold">
                  {section.title}
                </h2>
                {section.help && <p className="text-sm text-muted">{section.help}</p>}
              </header>
              <div className="flex flex-col gap-4 p-4">
                {section.fields
                  .filter(({ when }) => !when || when(draft.value))
                  .map((field) => (
                    <FormControl key={field.name} field={field} draft={draft} />
                  ))}
              </div>
            </section>
          ))}
        </fieldset>
        <UnsavedPill {...props} />
      </div>
    </div>
  );
}

function DraftNotes<C extends object>({ draft }: { draft: Draft<C> }) {
  if (draft.conflicts.length > 0) {
    return (
      <p
        role="status"
        className="tint-warn mb-3 flex items-center gap-2 rounded border border-line px-3 py-2"
      >
        <StateShape tone="warn" />
        {m.conflict(draft.conflicts.join(', '))}
      </p>
    );
  }
  if (!draft.restoredAt) return null;
  return (
    <p role="status" className="tint-accent mb-3 rounded border border-line px-3 py-2">
      {m.restored(ago(draft.restoredAt, Date.now()))}
    </p>
  );
}
