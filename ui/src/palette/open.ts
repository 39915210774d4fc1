/** Opens the palette; kept apart so that the palette itself loads when it is first wanted. */
import { createValue } from '../lib/value';

/** The text it opens with, or null while it is closed. */
export const paletteText = createValue<string | null>(null);

export function openPalette(text = ''): void {
  paletteText.set(text);
}
