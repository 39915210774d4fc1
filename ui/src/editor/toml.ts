/** A config as TOML, for reviews: only what differs from nothing, texts over several lines. */

const BARE = /^[A-Za-z0-9_-]+$/;

function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\\/', '/');
}

function value(item: unknown): string {
  if (typeof item === 'string') {
    if (!item.includes('\n')) return quote(item);
    const escaped = item.replaceAll('\\', '\\\\').replaceAll('"""', '""\\"');
    return `"""\n${escaped.replace(/\n?$/, '\n')}"""`;
  }
  if (Array.isArray(item)) {
    if (item.length === 0) return '[]';
    return `[\n${item.map((each) => `  ${value(each)},\n`).join('')}]`;
  }
  if (item !== null && typeof item === 'object') {
    const pairs = Object.entries(item).map(([key, each]) => `${name(key)} = ${value(each)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  return String(item);
}

const name = (key: string): string => (BARE.test(key) ? key : quote(key));

const isNothing = (item: unknown): boolean =>
  item === '' || item === null || item === undefined || (Array.isArray(item) && item.length === 0);

/** One line (or block) per field, in the order of the config; empty ones are left out. */
export function configToml(config: object): string {
  return Object.entries(config)
    .filter(([, item]) => !isNothing(item))
    .map(([key, item]) => `${name(key)} = ${value(item)}\n`)
    .join('');
}
