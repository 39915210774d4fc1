/** Global shortcuts and the sheet that lists what works on this page. */
import { m } from '../i18n/shell';
import { type KeyGroup, type Shortcut, shortcuts, useShortcuts } from '../lib/keys';
import { createValue, useStored } from '../lib/value';
import { openPalette } from '../palette/open';
import { router } from '../router';
import { look, setLook } from '../theme/look';
import { Dialog } from '../ui/dialog';
import { showMenu } from '../ui/menu';
import { Kbd } from '../ui/state';
import { newItems } from './topbar';

const sheet = createValue(false);

export function openKeyboardSheet(): void {
  sheet.set(true);
}

const focusIn = (selector: string) => {
  const node = document.querySelector<HTMLElement>(selector);
  node?.focus();
  return node;
};

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

export function useGlobalShortcuts(): void {
  const go = (keys: string, what: string, to: string): Shortcut => ({
    keys,
    what,
    group: 'global',
    run: () => void router.navigate({ to }),
  });
  const tab = (n: number) => () =>
    document.querySelector<HTMLElement>(`[data-tab-index="${n}"]`)?.click();
  useShortcuts([
    { keys: '?', what: m.shortcuts, group: 'global', run: openKeyboardSheet },
    {
      keys: '/',
      what: 'Filter this page',
      group: 'global',
      run: () => focusIn('[data-page-filter]') ?? openPalette(),
    },
    go('g d', m.dashboard, '/'),
    go('g c', m.containers, '/containers'),
    go('g s', m.servers, '/servers'),
    go('g e', m.deployments, '/deployments'),
    go('g a', m.activity, '/activity'),
    go('g ,', m.settings, '/settings'),
    {
      keys: 'c',
      what: m.newMenu,
      group: 'global',
      run: () => {
        const button = document.querySelector('[data-new-menu]');
        if (button) showMenu(button, newItems(), m.newMenu);
      },
    },
    {
      keys: '[',
      what: 'Wide or narrow sidebar',
      group: 'global',
      run: () => setLook({ sidebar: look.get().sidebar === 'wide' ? 'narrow' : 'wide' }),
    },
    {
      keys: '.',
      what: 'Actions of this page',
      group: 'detail',
      run: () => document.querySelector<HTMLElement>('[data-page-menu]')?.click(),
    },
    {
      keys: 'u',
      what: 'Up',
      group: 'detail',
      run: () => {
        const crumbs = document.querySelectorAll<HTMLElement>('nav[aria-label=Breadcrumb] a');
        crumbs[crumbs.length - 1]?.click();
      },
    },
    ...Array.from(
      { length: 9 },
      (_, index): Shortcut => ({
        keys: String(index + 1),
        what: 'Tab 1 to 9',
        group: 'detail',
        run: tab(index + 1),
      }),
    ),
  ]);
}

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
