/** The list a page was opened from: its neighbours there are one key away. */
import type { TargetLink } from './targets';

/** A link as text. */
export function hrefOf({ to, params }: Pick<TargetLink, 'params'> & { to?: unknown }): string {
  return String(to).replace(/\$(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
}

let trail: readonly string[] = [];

/** To be called when a list's row is opened, with the links of all rows it shows, in its order. */
export function leaveTrail(hrefs: readonly string[]): void {
  trail = hrefs;
}

const withoutTab = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** The page before (-1) or behind (1) this one in that list, at the same tab; null if there is none. */
export function neighbour(path: string, step: 1 | -1): string | null {
  const at = trail.findIndex((href) => withoutTab(href) === withoutTab(path));
  const next = at < 0 ? undefined : trail[at + step];
  return next ? withoutTab(next) + path.slice(path.lastIndexOf('/')) : null;
}
