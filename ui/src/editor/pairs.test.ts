import { describe, expect, test } from 'vitest';
import { formatEntries, formatPair, holdsSecrets, parseEntries, variablesIn } from './pairs';

const pairs = (text: string, kind: 'pair' | 'conversion' = 'pair') =>
  parseEntries(text, kind).flatMap((entry) =>
    entry.kind === 'pair' ? [[entry.key, entry.value]] : [],
  );

describe('pairs', () => {
  test.each([
    ['A=1', [['A', '1']]],
    [
      '  A = 1\n  B: two # why\n',
      [
        ['A', '1'],
        ['B', 'two'],
      ],
    ],
    ['- A=1', [['A', '1']]],
    ['"A=1 # 2"', [['A', '1 # 2']]],
    ['A="x # y"', [['A', 'x # y']]],
    [
      'A="one\ntwo"\nB=3',
      [
        ['A', 'one\ntwo'],
        ['B', '3'],
      ],
    ],
    ["A='it\\n'", [['A', 'it\\n']]],
    ['A="say \\"hi\\""', [['A', 'say "hi"']]],
    ['URL=http://x:80/?a=b', [['URL', 'http://x:80/?a=b']]],
    ['# no\n// no\n\nA=', [['A', '']]],
    ['A=x#y', [['A', 'x#y']]],
  ])('%j', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test('a host part may hold colons', () => {
    expect(pairs('127.0.0.1:8080: 80/tcp\n8080:80\n/data: /var/lib:ro', 'conversion')).toEqual([
      ['127.0.0.1:8080', '80/tcp'],
      ['8080', '80'],
      ['/data', '/var/lib:ro'],
    ]);
  });

  test('a line without a separator is told with its number', () => {
    expect(parseEntries('A=1\nnonsense\n', 'pair')[1]).toEqual({
      kind: 'bad',
      raw: 'nonsense',
      line: 2,
    });
  });

  test('what was parsed can be written again unchanged', () => {
    const text = '# head\n  A = 1\n\nB="two\nlines" # note\nbad\n';
    expect(formatEntries(parseEntries(text, 'pair'))).toBe(text);
  });

  test('any key and value come back', () => {
    let state = 5;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const letters = [
      'a',
      'B',
      '"',
      "'",
      '\\',
      '#',
      ' ',
      ' #',
      '\n',
      '\t',
      '=',
      ':',
      '$',
      'ä',
      '//',
      '-',
    ];
    for (let round = 0; round < 3_000; round += 1) {
      const make = (n: number) =>
        Array.from(
          { length: Math.floor(next() * n) },
          () => letters[Math.floor(next() * letters.length)],
        ).join('');
      const key = `K${make(3).replaceAll(/[\s"'\\#]/g, '')}`;
      const value = make(7);
      const line = formatPair(key, value, 'pair', '=');
      expect(pairs(line), line).toEqual([[key, value]]);
    }
  });
});

test('secrets are known by their names, unless Core fills them in', () => {
  expect(holdsSecrets('DB_PASSWORD=x')).toBe(true);
  expect(holdsSecrets('DB_PASSWORD=[[DB]]')).toBe(false);
  expect(holdsSecrets('DOMAIN=x')).toBe(false);
  expect(variablesIn('A=[[X]] B=[[Y]][[X]]')).toEqual(['X', 'Y']);
});
