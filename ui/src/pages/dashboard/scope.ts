/** The tag that narrows every block of the dashboard; kept in this browser. */
import { createValue } from '../../lib/value';

const KEY = 'monitor.scope';

function load(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

/** Id of a tag, or '' for everything. */
export const scope = createValue(load());

export function setScope(tag: string): void {
  scope.set(tag);
  try {
    localStorage.setItem(KEY, tag);
  } catch {
    // It lasts for this page.
  }
}
