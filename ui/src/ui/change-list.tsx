/** What a form would change, field by field. */
import { m } from '../i18n/form';
import type { Change } from '../lib/draft';
import type { FormField } from './form-field';

function shown(value: unknown, secret: boolean): string {
  if (secret) return m.secret;
  if (typeof value === 'boolean') return value ? m.yes : m.no;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return value.length > 0 ? value.join('\n') : m.nothing;
  }
  if (typeof value === 'object') return JSON.stringify(value, null, 2);
  return value === '' || value === undefined ? m.nothing : String(value);
}

export function ChangeList<C extends object>({
  changes,
  fields,
}: {
  changes: ReadonlyArray<Change>;
  fields: ReadonlyArray<FormField<C>>;
}) {
  return (
    <ul className="flex flex-col gap-3">
      {changes.map((change) => {
        const field = fields.find(({ name }) => name === change.field);
        const secret = field?.kind === 'text' && field.secret === true;
        return (
          <li key={change.field}>
            <p className="mb-1 font-medium">{field?.label ?? change.field}</p>
            <div className="mono grid gap-px overflow-hidden rounded border border-line bg-line whitespace-pre-wrap">
              <del className="tint-crit px-2 py-1 wrap-anywhere no-underline">
                <span className="text-crit">- </span>
                {shown(change.before, secret)}
              </del>
              <ins className="bg-surface px-2 py-1 wrap-anywhere no-underline">
                <span className="text-ok">+ </span>
                {shown(change.after, secret)}
              </ins>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
