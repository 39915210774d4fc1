import { describe, expect, test } from 'vitest';
import { parseAnsi, plainText } from './ansi';
import { LogBuffer, STDERR, STDOUT } from './buffer';
import { parseJsonLine } from './json';
import { findLevel } from './level';
import { clampContrast, contrast, parseHex } from './paint';
import { compile, findInLine, searchLines } from './query';
import { LogView } from './view';
import { breaksOf, charColumns, Heights, rowsOf } from './wrap';

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const ESC = '\u001b';

describe('ANSI', () => {
  test('the text is the input without its escapes, whatever they are', () => {
    const next = random(7);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
    const words = [
      'plain',
      ' ',
      'größe',
      '日本',
      '🚀',
      '<script>',
      '[31m',
      ';',
      'a=b',
      '0',
      'm',
      '\\',
    ];
    const escapes = [
      () => `${ESC}[${Math.floor(next() * 120)}m`,
      () => `${ESC}[38;5;${Math.floor(next() * 300)}m`,
      () => `${ESC}[48;2;${Math.floor(next() * 300)};7;9m`,
      () => `${ESC}[38:2::1:2:3m`,
      () => `${ESC}[m`,
      () => `${ESC}[${Math.floor(next() * 9)}${pick(['A', 'B', 'K', 'J', 'H', 'l', 'h'])}`,
      () => `${ESC}[?25l`,
      () => `${ESC}]0;a title\u0007`,
      () => `${ESC}]8;;http://example.org${ESC}\\`,
      () => `${ESC}P1$r0m${ESC}\\`,
      () => `${ESC}(B`,
      () => `${ESC}7`,
      () => '\u009b1m',
      () => '\u0007',
      () => '\u0000',
    ];
    for (let round = 0; round < 2_000; round += 1) {
      let input = '';
      let expected = '';
      for (let i = 0; i < 12; i += 1) {
        if (next() < 0.5) input += pick(escapes)();
        else {
          const word = pick(words);
          input += word;
          expected += word;
        }
      }
      const { text, spans } = parseAnsi(input);
      expect(text).toBe(expected);
      let end = 0;
      for (const span of spans) {
        expect(span.start).toBeGreaterThanOrEqual(end);
        expect(span.end).toBeGreaterThan(span.start);
        end = span.end;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }
  });

  test('any bytes at all are read without an error and leave no control characters', () => {
    const next = random(99);
    for (let round = 0; round < 2_000; round += 1) {
      const codes = Array.from({ length: 30 }, () => {
        const kind = next();
        if (kind < 0.3) return 0x1b;
        if (kind < 0.4) return Math.floor(next() * 0xa0);
        return 0x20 + Math.floor(next() * 0x5f);
      });
      const { text } = parseAnsi(String.fromCharCode(...codes));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  });

  test('colours of 16, 256 and 16 million are told apart', () => {
    const { text, spans } = parseAnsi(
      `${ESC}[31mred${ESC}[0m ${ESC}[1;92mgreen${ESC}[m ${ESC}[38;5;196mx${ESC}[38;2;1;2;3my${ESC}[0m`,
    );
    expect(text).toBe('red green xy');
    expect(spans.map((span) => span.fg)).toEqual([
      1,
      10,
      0x1000000 + 0xff0000,
      0x1000000 + 0x010203,
    ]);
    expect(spans[1]?.flags).toBe(1);
  });

  test('a truncated escape at the end is dropped', () => {
    expect(plainText(`done${ESC}[38;5`)).toBe('done');
    expect(plainText(`done${ESC}`)).toBe('done');
  });

  test('tabs end at every eighth column', () => {
    expect(plainText('a\tb')).toBe('a       b');
  });

  test('a payload stays text', () => {
    const { text } = parseAnsi('<script>alert(1)</script><img src=x onerror=alert(1)>');
    expect(text).toBe('<script>alert(1)</script><img src=x onerror=alert(1)>');
  });
});

test('own colours are moved until they can be read', () => {
  const next = random(3);
  for (const hex of ['#f2f4f6', '#07090e']) {
    const background = parseHex(hex) ?? [0, 0, 0];
    for (let i = 0; i < 500; i += 1) {
      const color = [next() * 255, next() * 255, next() * 255] as const;
      expect(contrast(clampContrast(color, background), background)).toBeGreaterThanOrEqual(4.5);
    }
  }
});

describe('the screen', () => {
  const lines = (buffer: LogBuffer) =>
    Array.from({ length: buffer.count }, (_, i) =>
      plainText(buffer.line(buffer.first + i)?.raw ?? ''),
    );
  const write = (...texts: string[]) => {
    const buffer = new LogBuffer();
    for (const text of texts) buffer.append(text, 1, STDOUT);
    return lines(buffer);
  };

  test('a carriage return leaves the last state of a progress line', () => {
    expect(write('10%\r50%\r100%', 'next')).toEqual(['100%', 'next']);
  });

  test('CRLF is a line end', () => {
    expect(write('one\r\ntwo\r\n')).toEqual(['one', 'two']);
  });

  test('erase-line clears what stood there', () => {
    expect(write(`loading${ESC}[2K\rdone`)).toEqual(['done']);
  });

  test('cursor-up replaces rows as docker pull does', () => {
    expect(
      write('a: Pulling', 'b: Pulling', `${ESC}[2A${ESC}[2K\ra: Done`, `${ESC}[2K\rb: Done`, 'end'),
    ).toEqual(['a: Done', 'b: Done', 'end']);
  });

  test('moves within one line come to the same', () => {
    const up = (text: string) => `${ESC}[2A${ESC}[2K\r${text}\r${ESC}[2B`;
    expect(write('a: 0', 'b: 0', `${up('a: 50')}${up('a: 100')}`)).toEqual(['a: 100', 'b: 0']);
  });
});

describe('the buffer', () => {
  test('every line is found by its number, across sealed chunks', () => {
    const buffer = new LogBuffer();
    const next = random(5);
    const expected: string[] = [];
    for (let i = 0; i < 30_000; i += 1) {
      const text = `${i} ${'x'.repeat(Math.floor(next() * 40))}`;
      expected.push(text);
      buffer.append(text, i, i % 3 === 0 ? STDERR : STDOUT);
    }
    expect(buffer.count).toBe(30_000);
    for (let i = 0; i < 1_000; i += 1) {
      const index = Math.floor(next() * 30_000);
      expect(buffer.line(index)?.raw).toBe(expected[index]);
      expect(buffer.line(index)?.ts).toBe(index);
      expect(buffer.line(index)?.stream).toBe(index % 3 === 0 ? STDERR : STDOUT);
    }
    expect(buffer.text(8_190, 8_195)).toBe(expected.slice(8_190, 8_195).join('\n'));
    expect(buffer.text(0, 30_000)).toBe(expected.join('\n'));
    expect(buffer.at(12_345)).toBe(12_345);
  });

  test('the oldest lines go when it is full, and numbers stay', () => {
    const buffer = new LogBuffer({ lines: 10_000 });
    for (let i = 0; i < 40_000; i += 1) buffer.append(`line ${i}`, i, STDOUT);
    expect(buffer.count).toBeLessThan(15_000);
    expect(buffer.end).toBe(40_000);
    expect(buffer.line(buffer.first)?.raw).toBe(`line ${buffer.first}`);
    expect(buffer.line(buffer.first - 1)).toBeUndefined();
  });

  test('a stack trace has the level of its first line', () => {
    const buffer = new LogBuffer();
    for (const text of ['ERROR boom', '  File "base.py", line 88', 'INFO fine', '  detail']) {
      buffer.append(text, 1, STDOUT);
    }
    expect([0, 1, 2].map((i) => buffer.line(i)?.level)).toEqual([5, 5, 3]);
  });
});

test.each([
  ['2026-01-01 INFO started', 3],
  ['[warn] slow', 4],
  ['level=error msg="no"', 5],
  ['{"level":"debug","msg":"x"}', 2],
  ['{"level":50,"msg":"x"}', 5],
  ['{"severity":"WARNING"}', 4],
  ['GET /errors 200', 0],
  ['ValueError: no', 5],
  ['panic: no', 6],
  ['Information about nothing', 0],
])('the level of %j is %i', (text, level) => {
  expect(findLevel(text).code).toBe(level);
});

describe('search', () => {
  const query = { text: '', regex: false, caseSensitive: false, invert: false };

  test('plain text is not a pattern, and colours do not hide a match', () => {
    const { pattern } = compile({ ...query, text: 'a.c' });
    expect(searchLines(`abc\na.C\n${ESC}[31ma.${ESC}[0mc`, 10, pattern as RegExp, false)).toEqual([
      11, 12,
    ]);
  });

  test('invert answers the other lines', () => {
    const { pattern } = compile({ ...query, text: 'x' });
    expect(searchLines('x\ny\nz', 0, pattern as RegExp, true)).toEqual([1, 2]);
  });

  test('a broken pattern is told, not thrown', () => {
    expect(compile({ ...query, text: '(', regex: true }).error).not.toBe('');
  });

  test('empty matches do not loop', () => {
    const { pattern } = compile({ ...query, text: 'x*', regex: true });
    expect(findInLine('axxb', pattern as RegExp)).toEqual([[1, 3]]);
  });
});

describe('the view', () => {
  const filled = (count: number) => {
    const view = new LogView();
    for (let i = 0; i < count; i += 1)
      view.append(i % 10 === 0 ? `ERROR ${i}` : `INFO ${i}`, i, STDOUT);
    view.flush();
    return view;
  };
  const settle = async (view: LogView) => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    view.flush();
  };

  test('find marks, filter hides, and new lines follow', async () => {
    const view = filled(1_000);
    view.setFilter({ query: { ...query, text: 'ERROR' } });
    await settle(view);
    expect(view.count).toBe(1_000);
    expect(view.search.hits().length).toBe(100);
    view.setFilter({ mode: 'filter' });
    await settle(view);
    expect(view.count).toBe(100);
    view.append('ERROR more', 1, STDOUT);
    view.append('INFO more', 1, STDOUT);
    view.flush();
    await settle(view);
    expect(view.count).toBe(101);
    view.setFilter({ context: 1 });
    await settle(view);
    expect(view.lineAt(0)?.raw).toBe('ERROR 0');
    expect(view.lineAt(1)?.raw).toBe('INFO 1');
    expect(view.lineAt(2)?.raw).toBe('INFO 9');
  });
  const query = { text: '', regex: false, caseSensitive: false, invert: false };

  test('levels are hidden and come back', async () => {
    const view = filled(100);
    view.setFilter({ hiddenLevels: 1 << 3 });
    await settle(view);
    expect(view.count).toBe(10);
    view.setFilter({ hiddenLevels: 0 });
    await settle(view);
    expect(view.count).toBe(100);
  });

  test('a replaced line is searched again', async () => {
    const view = new LogView();
    view.append('waiting', 1, STDOUT);
    view.setFilter({ query: { ...query, text: 'waiting' } });
    await settle(view);
    expect(view.search.hits()).toEqual([0]);
    view.append(`${ESC}[1A${ESC}[2K\rready`, 2, STDOUT);
    view.flush();
    await settle(view);
    expect(view.search.hits()).toEqual([]);
  });
});

test('wrapped rows and their sums agree with walking all lines', () => {
  const heights = new Heights();
  const next = random(11);
  const rows = Array.from({ length: 5_000 }, () => 1 + Math.floor(next() * 4));
  for (const value of rows) heights.push(value);
  heights.truncate(4_321);
  const kept = rows.slice(0, 4_321);
  expect(heights.total).toBe(kept.reduce((a, b) => a + b, 0));
  let top = 0;
  for (let position = 0; position < kept.length; position += 1) {
    expect(heights.find(top)).toEqual({ position, top });
    if (position % 97 === 0) expect(heights.top(position)).toBe(top);
    top += kept[position] ?? 0;
  }
  expect(rowsOf('x'.repeat(81), 80)).toBe(2);
  expect(rowsOf('日'.repeat(5), 4)).toBe(3);
});

test('rows of wrapped text fit, and hold all of it', () => {
  const next = random(23);
  const letters = ['a', 'bcd', ' ', '日', '🚀', '-', '   '];
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from(
      { length: Math.floor(next() * 60) },
      () => letters[Math.floor(next() * letters.length)],
    ).join('');
    const cuts = [0, ...breaksOf(text, 20), text.length];
    for (let i = 1; i < cuts.length; i += 1) {
      const row = text.slice(cuts[i - 1], cuts[i]).trimEnd();
      const columns = [...row].reduce(
        (sum, char) => sum + charColumns(char.codePointAt(0) ?? 0),
        0,
      );
      expect(columns, JSON.stringify(row)).toBeLessThanOrEqual(20);
      expect(cuts[i]).toBeGreaterThanOrEqual(cuts[i - 1] ?? 0);
    }
  }
  expect(breaksOf('the quick brown fox', 10)).toEqual([10]);
  expect(breaksOf('x'.repeat(25), 10)).toEqual([10, 20]);
  expect(breaksOf('short', 10)).toEqual([]);
});

test('JSON lines become a message and fields that can be searched for', () => {
  const line = parseJsonLine('{"level":"info","msg":"hello","size":3,"user":{"id":1}}');
  expect(line?.message).toBe('hello');
  expect(line?.fields.map((field) => field.source)).toEqual([
    '"level":"info"',
    '"size":3',
    '"user":{"id":1}',
  ]);
  expect(parseJsonLine('{broken')).toBeNull();
  expect(parseJsonLine('[1]')).toBeNull();
});
