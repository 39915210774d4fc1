import { describe, expect, it } from 'vitest';
import {
  age,
  ago,
  bytes,
  count,
  duration,
  imageName,
  ofBytes,
  percent,
  plural,
  rate,
  share,
  shortId,
} from './format';

const plain = (text: string) => text.replaceAll('\u2009', ' ');

describe('formatting', () => {
  it('groups digits with thin spaces', () => {
    expect(count(5012)).toBe('5\u2009012');
    expect(count(null)).toBe('–');
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [38 * 1024 ** 3, '38 GiB'],
    [7.2 * 1024 ** 4, '7.2 TiB'],
  ])('%i bytes are %s', (value, text) => {
    expect(bytes(value)).toBe(text);
  });

  it('writes transfer in powers of ten', () => {
    expect(rate(18_200_000)).toBe('18 MB/s');
    expect(rate(999)).toBe('999 B/s');
  });

  it('writes a part in the unit of the whole', () => {
    expect(ofBytes(38 * 1024 ** 3, 94 * 1024 ** 3)).toBe('38 of 94 GiB');
    expect(ofBytes(512 * 1024 ** 2, 8 * 1024 ** 3)).toBe('512 MiB of 8 GiB');
  });

  it('knows when there is nothing to divide by', () => {
    expect(share(1, 0)).toBeNull();
    expect(share(1, 4)).toBe(25);
    expect(percent(9.96, true)).toBe('10%');
    expect(percent(3.14, true)).toBe('3.1%');
    expect(percent(Number.NaN)).toBe('–');
  });

  it.each([
    [400, '0.4 s'],
    [18_000, '18 s'],
    [192_000, '3 m 12 s'],
    [3_900_000, '1 h 05 m'],
    [93_600_000, '1 d 02 h'],
  ])('%i ms last %s', (ms, text) => {
    expect(plain(duration(ms))).toBe(text);
  });

  it('tells ages in one unit', () => {
    expect(age(240_000, true)).toBe('4m');
    expect(ago(0, 240_000)).toBe('4m ago');
    expect(ago(1000, 2000)).toBe('just now');
    expect(ago(10_000_000, 0)).toBe('in 2h');
  });

  it('shortens ids and images', () => {
    expect(shortId('sha256:0123456789abcdef')).toBe('0123456789ab');
    expect(imageName('ghcr.io/a/b:1@sha256:ff')).toBe('ghcr.io/a/b:1');
    expect(plural(1, 'server')).toBe('1 server');
    expect(plural(2, 'server')).toBe('2 servers');
  });
});
