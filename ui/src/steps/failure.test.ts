import { expect, test } from 'vitest';
import { LogBuffer, STDERR, STDOUT } from '../log/buffer';
import { findFailure, suggestFix } from './failure';
import { StepsFeed } from './feed';
import { m } from './text';

test('the first error line is found, with its exit code and a fix', () => {
  const buffer = new LogBuffer();
  buffer.append('pulling', 1, STDOUT);
  buffer.append('ERROR: write /layer: no space left on device', 2, STDERR);
  buffer.append('command exited with code 17', 3, STDERR);
  const failure = findFailure(buffer);
  expect(failure).toEqual({
    index: 1,
    line: 'ERROR: write /layer: no space left on device',
    exitCode: 17,
    fix: m.causes.disk,
  });
});

test("the engine's own error comes before what follows from it", () => {
  const buffer = new LogBuffer();
  buffer.append('Error response from daemon: Bind failed: port is already allocated', 1, STDERR);
  buffer.append('Error: failed to start containers: web', 2, STDERR);
  expect(findFailure(buffer)).toMatchObject({ index: 0, fix: m.causes.port });
});

test('without words of failure the last line of stderr is it', () => {
  const buffer = new LogBuffer();
  buffer.append('one', 1, STDERR);
  buffer.append('two', 2, STDERR);
  buffer.append('three', 3, STDOUT);
  expect(findFailure(buffer).line).toBe('two');
  expect(findFailure(new LogBuffer()).index).toBe(-1);
});

test.each([
  ['Bind for 0.0.0.0:80 failed: port is already allocated', m.causes.port],
  ['manifest for nginx:nope not found: manifest unknown', m.causes.image],
  ['pull access denied for acme/private', m.causes.auth],
  ['something else', ''],
])('%s has the fix %s', (text, fix) => {
  expect(suggestFix(text)).toBe(fix);
});

test('lines go to their step once, however often they are handed over', () => {
  const feed = new StepsFeed();
  const lines: Array<[number, number, 'out' | 'err' | 'sys', number, string]> = [
    [1, 0, 'out', 1, 'a'],
    [2, 1, 'err', 2, 'b'],
  ];
  feed.take(lines, 2, 0);
  lines.push([3, 1, 'out', 3, 'c']);
  feed.take(lines, 3, 0);
  feed.take(lines, 3, 0);
  expect(feed.view(0).buffer.text(0, 9)).toBe('a');
  expect(feed.view(1).buffer.text(0, 9)).toBe('b\nc');
  // The oldest line was let go: positions move, numbers do not.
  feed.take([...lines.slice(1), [4, 1, 'out', 4, 'd']], 4, 1);
  expect(feed.view(1).buffer.text(0, 9)).toBe('b\nc\nd');
});
