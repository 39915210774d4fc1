/** From terminal colours to CSS that stays readable: palette variables, or clamped own colours. */
import type { CSSProperties } from 'react';
import {
  BOLD,
  DIM,
  INVERSE,
  ITALIC,
  NO_PAINT,
  type Paint,
  type Span,
  STRIKE,
  UNDERLINE,
} from './ansi';

export type Rgb = readonly [number, number, number];

const MIN_CONTRAST = 4.5;
const STEPS = 20;

function channel(value: number): number {
  const s = value / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
}

export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The colour nearest to `color`, towards black or white, that can be read on `background`. */
export function clampContrast(color: Rgb, background: Rgb): Rgb {
  const target = luminance(background) > 0.18 ? 0 : 255;
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = color.map((value) => Math.round(value + ((target - value) * step) / STEPS));
    if (contrast(mixed as unknown as Rgb, background) >= MIN_CONTRAST)
      return mixed as unknown as Rgb;
  }
  return [target, target, target];
}

/** Reads `#rgb` and `#rrggbb`. */
export function parseHex(text: string): Rgb | null {
  const hex = text.trim().replace('#', '');
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  if (!/^[0-9a-f]{6}$/i.test(full)) return null;
  const value = Number.parseInt(full, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function paintCss(paint: Paint, background: Rgb): string {
  if (paint < 16) return `var(--k${paint})`;
  const rgb = paint - 0x1000000;
  const [red, green, blue] = clampContrast([rgb >> 16, (rgb >> 8) & 255, rgb & 255], background);
  return `rgb(${red} ${green} ${blue})`;
}

/** The style of a span on a background; remembered, because log lines repeat a few of them. */
export class Painter {
  private readonly known = new Map<string, CSSProperties>();

  constructor(private readonly background: Rgb) {}

  style(span: Span): CSSProperties {
    const key = `${span.fg} ${span.bg} ${span.flags}`;
    let style = this.known.get(key);
    if (!style) {
      style = this.make(span);
      if (this.known.size > 4_000) this.known.clear();
      this.known.set(key, style);
    }
    return style;
  }

  private make({ fg, bg, flags }: Span): CSSProperties {
    const style: CSSProperties = {};
    const [front, back] = flags & INVERSE ? [bg, fg] : [fg, bg];
    if (front !== NO_PAINT) style.color = paintCss(front, this.background);
    if (back !== NO_PAINT || flags & INVERSE) {
      // Any text colour on any background cannot be kept readable: the background becomes a tint.
      const tint = back === NO_PAINT ? 'var(--fg)' : paintCss(back, this.background);
      style.background = `color-mix(in oklab, ${tint} 22%, var(--sunken))`;
      style.color = 'var(--fg)';
    }
    if (flags & BOLD) style.fontWeight = 650;
    if (flags & DIM && front === NO_PAINT && back === NO_PAINT) style.color = 'var(--muted)';
    if (flags & ITALIC) style.fontStyle = 'italic';
    const lines = [flags & UNDERLINE ? 'underline' : '', flags & STRIKE ? 'line-through' : ''];
    const decoration = lines.filter(Boolean).join(' ');
    if (decoration) style.textDecoration = decoration;
    return style;
  }
}

const painters = new Map<string, Painter>();

/** The painter for logs in the theme shown now. */
export function currentPainter(): Painter {
  const sunken = getComputedStyle(document.documentElement).getPropertyValue('--sunken');
  let painter = painters.get(sunken);
  if (!painter) {
    painter = new Painter(parseHex(sunken) ?? [0, 0, 0]);
    painters.set(sunken, painter);
  }
  return painter;
}
