/** Global shortcuts. */
import { m } from '../i18n/shell';
import { type Shortcut, useShortcuts } from '../lib/keys';
import { neighbour } from '../lib/trail';
import { createValue } from '../lib/value';
import { openPalette } from '../palette/open';
import { router } from '../router';
import { look, setLook } from '../theme/look';
import { showMenu } from '../ui/menu';
import { newItems } from './topbar';

export const sheet = createValue(false);

export function openKeyboardSheet(): void {
  sheet.set(true);
}

const focusIn = (selector: string) => {
  const node = document.querySelector<HTMLElement>(selector);
  node?.focus();
  return node;
};

function toNeighbour(step: 1 | -1): void {
  const href = neighbour(router.state.location.pathname, step);
  if (href) void router.navigate({ href, replace: true });
}

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
    go('g b', m.builds, '/builds'),
    go('g r', m.repos, '/repos'),
    go('g f', m.builders, '/builders'),
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
    { keys: 'J', what: m.nextInList, group: 'detail', run: () => toNeighbour(1) },
    { keys: 'K', what: m.previousInList, group: 'detail', run: () => toNeighbour(-1) },
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
