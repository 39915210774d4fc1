import { expect, test } from 'vitest';
import { diffLines, foldDiff } from './diff';

const apply = (lines: ReturnType<typeof diffLines>, without: 'del' | 'add') =>
  lines.filter(({ kind }) => kind !== without).map(({ text }) => text);

test('a diff holds both texts, whatever they are', () => {
  let state = 17;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let round = 0; round < 300; round += 1) {
    const make = () =>
      Array.from({ length: Math.floor(next() * 12) }, () => 'abcd'[Math.floor(next() * 4)]);
    const [a, b] = [make(), make()];
    const lines = diffLines(a.join('\n'), b.join('\n'));
    expect(apply(lines, 'add')).toEqual(a);
    expect(apply(lines, 'del')).toEqual(b);
  }
});

test('one changed line is one removed and one added', () => {
  expect(diffLines('a\nb\nc\n', 'a\nx\nc\n').filter(({ kind }) => kind !== 'same')).toEqual([
    { kind: 'del', text: 'b' },
    { kind: 'add', text: 'x' },
  ]);
});

test('long unchanged runs fold', () => {
  const text = Array.from({ length: 50 }, (_, i) => `line ${i}`);
  const changed = text.with(25, 'other');
  const parts = foldDiff(diffLines(text.join('\n'), changed.join('\n')));
  expect(parts).toHaveLength(3);
  expect(parts[0]).toEqual({ skipped: 22 });
  expect(parts[2]).toEqual({ skipped: 21 });
});

test('an added block begins with its own first line', () => {
  const before = 'ports = """\n  1: 2\n"""\n';
  const after = 'ports = """\n  1: 2\n"""\nenv = """\n  A = 1\n"""\n';
  expect(diffLines(before, after).map(({ kind }) => kind)).toEqual([
    'same',
    'same',
    'same',
    'add',
    'add',
    'add',
  ]);
});
