import { expect, test } from 'vitest';
import type { Port } from '../../api/types';
import { parsePercent, parseSize, portLinks } from './figures';

test('sizes as Docker prints them are read', () => {
  expect(parseSize('88MiB')).toBe(88 * 1024 ** 2);
  expect(parseSize('1.5GB')).toBe(1.5e9);
  expect(parseSize('0B')).toBe(0);
  expect(parseSize('--')).toBeNull();
  expect(parseSize(null)).toBeNull();
  expect(parsePercent('1.25%')).toBe(1.25);
  expect(parsePercent('--')).toBeNull();
});

test('a port of IPv4 and IPv6 is shown once, and links where it can be reached', () => {
  const port = (IP: string, PublicPort: number | null, PrivatePort: number, Type = 'tcp') =>
    ({ IP, PublicPort, PrivatePort, Type }) as Port;
  const links = portLinks(
    [
      port('0.0.0.0', 8080, 80),
      port('::', 8080, 80),
      port('', null, 9000),
      port('0.0.0.0', 53, 53, 'udp'),
      port('127.0.0.1', 5432, 5432),
      port('10.0.0.4', 443, 8443),
    ],
    'fra1.example.org',
  );
  expect(links).toEqual([
    { text: '8080 → 80', href: 'http://fra1.example.org:8080' },
    { text: '53/udp', href: null },
    { text: '127.0.0.1:5432', href: null },
    { text: '10.0.0.4:443 → 8443', href: 'https://10.0.0.4:443' },
  ]);
});
