/** Numbers, sizes and times as people read them. Pure; `null` and NaN become a dash. */

export const DASH = '–';
const THIN = '\u2009';

const missing = (value: number | null | undefined): value is null | undefined =>
  value === null || value === undefined || Number.isNaN(value);

/** 5012 -> "5 012", grouped with thin spaces. */
export function count(value: number | null | undefined): string {
  // A first Intl.NumberFormat costs 40 ms, just when the page is to appear.
  return missing(value) ? DASH : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN);
}

function significant(value: number): string {
  if (value === 0) return '0';
  const digits = value < 10 ? 1 : 0;
  return value.toFixed(digits).replace(/\.0$/, '');
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let size = Math.abs(value);
  let unit = 0;
  while (size >= step && unit < units.length - 1) {
    size /= step;
    unit += 1;
  }
  // 1023.7 KiB reads as 1 MiB, not as 1024 KiB.
  if (Math.round(size) >= step && unit < units.length - 1) {
    size /= step;
    unit += 1;
  }
  const sign = value < 0 ? '-' : '';
  return `${sign}${unit === 0 ? Math.round(size) : significant(size)} ${units[unit]}`;
}

/** Memory and disk, IEC: 1536 -> "1.5 KiB". */
export function bytes(value: number | null | undefined): string {
  return missing(value) ? DASH : scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
}

/** Transfer, SI: bytes per second. */
export function rate(value: number | null | undefined): string {
  return missing(value) ? DASH : scaled(value, 1000, ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s']);
}

/** "38 of 94 GiB": both in the unit of the total. */
export function ofBytes(used: number | null | undefined, total: number | null | undefined): string {
  if (missing(used) || missing(total)) return DASH;
  const whole = bytes(total);
  const unit = whole.split(' ')[1];
  const part = bytes(used);
  return part.endsWith(` ${unit}`) ? `${part.split(' ')[0]} of ${whole}` : `${part} of ${whole}`;
}

/** 0–100 -> "38%"; one digit below 10 where `fine`. */
export function percent(value: number | null | undefined, fine = false): string {
  if (missing(value)) return DASH;
  return `${fine && value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}%`;
}

/** used / total as 0–100, or null. */
export function share(
  used: number | null | undefined,
  total: number | null | undefined,
): number | null {
  if (missing(used) || missing(total) || total <= 0) return null;
  return (used / total) * 100;
}

/** GB as the contract's stats have them (GiB) to bytes. */
export function fromGb(value: number | null | undefined): number | null {
  return missing(value) ? null : value * 1024 ** 3;
}

const UNITS: ReadonlyArray<readonly [number, string]> = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
];

/** A length of time in its largest unit: "3 d", "12 m", "2 s", as "12m" where `tight`. */
export function age(ms: number | null | undefined, tight = false): string {
  if (missing(ms)) return DASH;
  const gap = tight ? '' : THIN;
  const length = Math.max(0, ms);
  for (const [size, unit] of UNITS) {
    if (length >= size) return `${Math.floor(length / size)}${gap}${unit}`;
  }
  return `0${gap}s`;
}

/** "2 minutes ago" style, short: "2m ago", "just now", "in 3h". */
export function ago(ts: number, now: number): string {
  const ms = now - ts;
  if (ms < -1000) return `in ${age(-ms, true)}`;
  return ms < 5000 ? 'just now' : `${age(ms, true)} ago`;
}

/** Run time with two units: "3 m 12 s", "0.4 s", "1 h 05 m". */
export function duration(ms: number | null | undefined): string {
  if (missing(ms)) return DASH;
  const total = Math.max(0, ms);
  if (total < 10_000) return `${(total / 1000).toFixed(1)}${THIN}s`;
  const seconds = Math.floor(total / 1000);
  if (seconds < 60) return `${seconds}${THIN}s`;
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${THIN}m ${pad(seconds % 60)}${THIN}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}${THIN}h ${pad(minutes % 60)}${THIN}m`;
  return `${Math.floor(hours / 24)}${THIN}d ${pad(hours % 24)}${THIN}h`;
}

/** How long something has been running: whole seconds, so that nothing flickers. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 10 ? `${seconds}${THIN}s` : duration(seconds * 1000);
}

const zone = (utc: boolean): Intl.DateTimeFormatOptions => (utc ? { timeZone: 'UTC' } : {});

// Making a formatter costs a hundred times what using one does.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat('en-GB', options);
    formatters.set(key, made);
  }
  return made;
}

/** 18:04:12 */
export function clock(ts: number, utc = false, seconds = true): string {
  return formatter(`clock ${utc} ${seconds}`, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    ...zone(utc),
  }).format(ts);
}

/** 22 Nov 2026, 18:04:12 (with the zone's name) */
export function moment(ts: number, utc = false): string {
  return formatter(`moment ${utc}`, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...zone(utc),
  }).format(ts);
}

/** "1 server", "12 servers". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** sha256:0123456789abcdef… -> 0123456789ab */
export function shortId(id: string | null | undefined): string {
  return id ? id.replace(/^sha256:/, '').slice(0, 12) : DASH;
}

/** ghcr.io/acme/api:1.2@sha256:… -> without the digest. */
export function imageName(image: string | null | undefined): string {
  return image ? (image.split('@')[0] ?? image) : DASH;
}
