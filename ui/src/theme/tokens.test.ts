/** Every text, state and ANSI colour on every surface that carries it, by WCAG 2's formula. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/theme/tokens.css', 'utf8');

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector));
  const body = block.slice(0, block.indexOf('}'));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6});/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

function channels(hex: string): number[] {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
  return [1, 3, 5].map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255);
}

function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: readonly number[], b: readonly number[]): number {
  const [hi = 0, lo = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi + 0.05) / (lo + 0.05);
}

const TEXT = ['fg', 'muted', 'faint', 'accent', 'ok', 'warn', 'crit', 'busy', 'unknown'];
const SURFACES = ['bg', 'surface', 'sunken', 'raised'];
const ANSI = Array.from({ length: 16 }, (_, n) => `k${n}`);

describe.each([
  ['light', tokens(':root {\n  color-scheme: light')],
  ['dark', tokens(':root[data-theme=')],
])('%s', (_, palette) => {
  const rgb = (name: string) => channels(palette[name] ?? '#000');
  it.each(TEXT)('%s is readable on every surface', (name) => {
    for (const surface of SURFACES) {
      expect(contrast(rgb(name), rgb(surface)), surface).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(ANSI)('%s is readable in logs', (name) => {
    expect(contrast(rgb(name), rgb('sunken'))).toBeGreaterThanOrEqual(4.5);
  });

  it('the selected row keeps text readable', () => {
    const accent = rgb('accent');
    const tint = rgb('surface').map((c, at) => c * 0.91 + (accent[at] ?? 0) * 0.09);
    for (const name of TEXT) expect(contrast(rgb(name), tint), name).toBeGreaterThanOrEqual(4.5);
  });

  it('buttons and controls stand out', () => {
    expect(contrast(rgb('on-accent'), rgb('accent'))).toBeGreaterThanOrEqual(4.5);
    for (const surface of SURFACES) {
      expect(contrast(rgb('control'), rgb(surface)), surface).toBeGreaterThanOrEqual(3);
    }
  });
});
