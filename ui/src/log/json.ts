/** Lines that are JSON objects, as pairs to read: the message first, nested values as JSON. */

export interface Field {
  key: string;
  value: string;
  /** As it stands in the line, to search for it. */
  source: string;
}
export interface JsonLine {
  message: string;
  fields: Field[];
}

const MESSAGE = ['msg', 'message', '@message', 'text', 'event'];
/** Shown in columns of their own. */
const HIDDEN = new Set(['time', 'timestamp', 'ts', '@timestamp']);

/** The pairs of a line, or null if it is not a JSON object. */
export function parseJsonLine(text: string): JsonLine | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}') || trimmed.length > 200_000) return null;
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    return null;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const entries = Object.entries(value as Record<string, unknown>);
  const messageKey = MESSAGE.find(
    (key) => typeof (value as Record<string, unknown>)[key] === 'string',
  );
  const fields: Field[] = [];
  for (const [key, item] of entries) {
    if (key === messageKey || HIDDEN.has(key)) continue;
    const shown = typeof item === 'string' ? item : JSON.stringify(item);
    fields.push({ key, value: shown, source: sourceOf(trimmed, key, item) });
  }
  const message = messageKey ? String((value as Record<string, unknown>)[messageKey]) : '';
  return { message, fields };
}

function sourceOf(text: string, key: string, value: unknown): string {
  const name = JSON.stringify(key);
  const shown = JSON.stringify(value);
  for (const joint of [':', ': ', ' : ']) {
    if (text.includes(name + joint + shown)) return name + joint + shown;
  }
  return shown;
}

/** What stands in JSON mode; also measured for wrapping. */
export function jsonText(line: JsonLine): string {
  const pairs = line.fields.map((field) => `${field.key}=${field.value}`).join(' ');
  return line.message && pairs ? `${line.message}  ${pairs}` : line.message || pairs;
}
