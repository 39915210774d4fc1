/** Theme, density and time zone: this browser's preferences, applied to the document at once. */
import * as v from 'valibot';
import { createValue } from '../lib/value';

const Look = v.object({
  theme: v.optional(v.picklist(['auto', 'light', 'dark']), 'auto'),
  density: v.optional(v.picklist(['compact', 'comfortable']), 'compact'),
  timezone: v.optional(v.picklist(['local', 'utc']), 'local'),
  sidebar: v.optional(v.picklist(['wide', 'narrow']), 'wide'),
  shortcuts: v.optional(v.boolean(), true),
});
export type Look = v.InferOutput<typeof Look>;

const KEY = 'monitor.look';

function load(): Look {
  try {
    const stored = v.safeParse(Look, JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    if (stored.success) return stored.output;
  } catch {
    // A broken or blocked store means the defaults.
  }
  return v.parse(Look, {});
}

export const look = createValue<Look>(load());

export function setLook(change: Partial<Look>): void {
  look.set({ ...look.get(), ...change });
  try {
    localStorage.setItem(KEY, JSON.stringify(look.get()));
  } catch {
    // Private mode: the choice lasts for this page.
  }
  apply();
}

export const isDark = createValue(false);

function apply(): void {
  const { theme, density } = look.get();
  const dark =
    theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  const root = document.documentElement;
  root.dataset.theme = dark ? 'dark' : 'light';
  root.dataset.density = density;
  isDark.set(dark);
  const color = getComputedStyle(root).getPropertyValue('--bg').trim();
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', color);
}

/** Applies the look now and whenever the system's theme or another tab changes it. */
export function watchLook(): void {
  apply();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) {
      look.set(load());
      apply();
    }
  });
}
