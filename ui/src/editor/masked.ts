/** Configs as they may be looked at over a shoulder: names of values stay, the values do not. Pure. */
import { formatPair, parseEntries } from './pairs';

const DOTS = '••••••';
/** Core fills these in: they tell nothing. */
const REFERENCE = /^\[\[[^\]]*\]\]$/;
const CHANGED = `${DOTS} (changed)`;
const NOTED = /^(\s*(?:#|\/\/)\s*[^\s=:]+\s*[=:]\s*)\S.*$/;

/**
 * A text of `KEY=value` lines without the values. Where `before` has another value for a key, the line
 * says so, so that a difference of the two texts still shows it.
 */
export function maskPairs(text: string, before?: string): string {
  const known = new Map(
    parseEntries(before ?? '', 'pair').flatMap((entry) =>
      entry.kind === 'pair' ? [[entry.key, entry.value] as const] : [],
    ),
  );
  return parseEntries(text, 'pair')
    .map((entry) => {
      if (entry.kind === 'note') return entry.raw.replace(NOTED, `$1${DOTS}`);
      if (entry.kind === 'bad') return DOTS;
      if (entry.value === '' || REFERENCE.test(entry.value)) return entry.raw;
      const old = known.get(entry.key);
      const dots = old === undefined || old === entry.value ? DOTS : CHANGED;
      return formatPair(entry.key, dots, 'pair', '=');
    })
    .join('\n');
}

/** One text that is secret as a whole. */
function maskText(text: string, before?: string): string {
  if (text === '') return '';
  return before === undefined || before === text || before === '' ? DOTS : CHANGED;
}

export interface SecretFields<C> {
  /** Fields that hold `KEY=value` lines. */
  pairs: ReadonlyArray<keyof C>;
  /** Fields that are secret as a whole. */
  texts?: ReadonlyArray<keyof C>;
}

/** The config with its secret fields masked; `before` is what it is compared with. */
export function maskConfig<C extends object>(config: C, secrets: SecretFields<C>, before?: C): C {
  const masked = { ...config };
  const text = (from: C | undefined, field: keyof C) => from && String(from[field] ?? '');
  for (const field of secrets.pairs) {
    const lines = maskPairs(text(config, field) ?? '', text(before, field));
    masked[field] = (lines && `${lines}\n`) as C[keyof C];
  }
  for (const field of secrets.texts ?? []) {
    masked[field] = maskText(text(config, field) ?? '', text(before, field)) as C[keyof C];
  }
  return masked;
}
