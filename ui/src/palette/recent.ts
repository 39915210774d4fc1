/** What was opened lately, for the empty palette. */
const KEY = 'monitor.recent';
const MAX = 8;

export interface Recent {
  topic: string;
  id: string;
}

export function recents(): Recent[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? (stored as Recent[]).slice(0, MAX) : [];
  } catch {
    return [];
  }
}

export function remember(topic: string, id: string): void {
  const rest = recents().filter((each) => each.topic !== topic || each.id !== id);
  try {
    localStorage.setItem(KEY, JSON.stringify([{ topic, id }, ...rest].slice(0, MAX)));
  } catch {
    // Without storage there are no recents.
  }
}
