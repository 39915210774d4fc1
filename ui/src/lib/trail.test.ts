import { expect, it } from 'vitest';
import { hrefOf, leaveTrail, neighbour } from './trail';

const link = (server: string) =>
  hrefOf({ to: '/servers/$server/$tab', params: { server, tab: 'overview' } });

it('knows the neighbours in the list one came from, at the same tab', () => {
  leaveTrail(['a', 'b', 'c'].map(link));
  expect(neighbour('/servers/b/images', 1)).toBe('/servers/c/images');
  expect(neighbour('/servers/b/images', -1)).toBe('/servers/a/images');
  expect(neighbour('/servers/c/overview', 1)).toBeNull();
  expect(neighbour('/deployments/b/logs', 1)).toBeNull();
});

it('writes parameters so that they are one part of the path', () => {
  expect(link('a/b c')).toBe('/servers/a%2Fb%20c/overview');
});
