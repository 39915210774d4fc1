import { expect, test } from 'vitest';
import { childPath, matchingPaths } from './json-tree';

const value = {
  State: { Running: true },
  Ports: { '80/tcp': [{ HostPort: '8080' }] },
  Name: '/web',
};

test('paths are written so that they can be used', () => {
  expect(childPath(childPath('', 'Ports', false), '80/tcp', false)).toBe('.Ports["80/tcp"]');
  expect(childPath('.Args', '0', true)).toBe('.Args[0]');
});

test('a match shows what is above it, a matching key also what is below', () => {
  expect([...matchingPaths(value, '8080')].sort()).toEqual(
    [
      '',
      '.Ports',
      '.Ports["80/tcp"]',
      '.Ports["80/tcp"][0]',
      '.Ports["80/tcp"][0].HostPort',
    ].sort(),
  );
  expect(matchingPaths(value, 'state').has('.State.Running')).toBe(true);
  expect(matchingPaths(value, 'nowhere').size).toBe(0);
});
