/** The sheet that lists what works on this page. */
import { m } from '../i18n/shell';
import { type KeyGroup, shortcuts } from '../lib/keys';
import { useStored } from '../lib/value';
import { Dialog } from '../ui/dialog';
import { Kbd } from '../ui/state';
import { sheet } from './keyboard';

/** Keys that the grid itself handles; listed for the sheet. */
const LIST_KEYS: ReadonlyArray<readonly [string, string]> = [
  ['↑ ↓ · j k', 'Move'],
  ['Home End · PgUp PgDn', 'Move far'],
  ['Enter', 'Open'],
  ['Ctrl Enter', 'Open in a new tab'],
  ['x · Space', 'Select'],
  ['Shift x', 'Select a range'],
  ['Ctrl A', 'Select all shown'],
  ['.', 'Actions of the row'],
];

export function KeyboardSheet() {
  if (!useStored(sheet)) return null;
  const known = new Map<KeyGroup, Array<readonly [string, string]>>();
  const add = (group: KeyGroup, key: string, what: string) => {
    const rows = known.get(group) ?? [];
    if (!rows.some((row) => row[1] === what)) rows.push([key, what]);
    known.set(group, rows);
  };
  add('global', 'Ctrl K', m.palette.label);
  for (const { keys, what, group } of shortcuts()) {
    add(group, /^[1-9]$/.test(keys) ? '1 … 9' : keys, what);
  }
  if (document.querySelector('[data-grid]')) {
    for (const [key, what] of LIST_KEYS) add('list', key, what);
  }
  return (
    <Dialog title={m.keyboard} width={640} onClose={() => sheet.set(false)}>
      <div className="gap-8 md:columns-2">
        {[...known].map(([group, rows]) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 font-bold">{m.keyGroups[group]}</h3>
            <dl>
              {rows.map(([key, what]) => (
                <div key={what} className="flex items-center justify-between gap-4 py-0.5">
                  <dt className="text-muted">{what}</dt>
                  <dd>
                    <Kbd>{key}</Kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
