import { describe, expect, it } from 'vitest';
import {
  checkFilter,
  chosenValues,
  compileFilter,
  completions,
  type FilterField,
  facetCounts,
  formatFilter,
  parseFilter,
  quantity,
  toggleValue,
} from './filter';

interface Thing {
  name: string;
  tags: string[];
  cpu: number | null;
  mem: number;
  age: number;
  state: string;
}

const fields: FilterField<Thing>[] = [
  { key: 'name', kind: 'text', value: (row) => row.name, help: '' },
  { key: 'tag', kind: 'text', value: (row) => row.tags, help: '', exact: true },
  { key: 'state', kind: 'text', value: (row) => row.state, help: '', facet: 'State' },
  { key: 'cpu', kind: 'number', value: (row) => row.cpu, help: '' },
  { key: 'mem', kind: 'size', value: (row) => row.mem, help: '' },
  { key: 'updated', kind: 'age', value: (row) => row.age, help: '' },
  { key: 'has', kind: 'flag', value: (row) => (row.age < 1000 ? ['update'] : []), help: '' },
];
const GB = 1024 ** 3;
const rows: Thing[] = [
  { name: 'fra1-node-0001', tags: ['prod'], cpu: 91, mem: 5 * GB, age: 500, state: 'Running' },
  {
    name: 'lab-nas',
    tags: ['home', 'nas'],
    cpu: 12,
    mem: 2 * GB,
    age: 90_000_000,
    state: 'Not deployed',
  },
  { name: 'fra1-node-0002', tags: [], cpu: null, mem: 9 * GB, age: 3_600_000, state: 'Running' },
];
const names = (text: string) => rows.filter(compileFilter(text, fields)).map(({ name }) => name);

describe('filters', () => {
  it.each([
    ['', 3],
    ['fra1', 2],
    ['FRA1 0002', 1],
    ['name:lab', 1],
    ['name:lab,0001', 2],
    ['-name:lab', 2],
    ['-fra1', 1],
    ['tag:prod', 1],
    ['tag:pro', 0],
    ['tag:prod,home', 2],
    ['cpu>80', 1],
    ['cpu<80', 1],
    ['cpu>80%', 1],
    ['mem>4g', 2],
    ['mem>4g cpu>1', 1],
    ['updated<1d', 2],
    ['updated>1h', 1],
    ['has:update', 1],
    ['state:"not deployed"', 1],
    ['"node-0001"', 1],
  ])('%s finds %i', (text, n) => {
    expect(names(text)).toHaveLength(n);
  });

  it('leaves out what is not finished, so that typing never empties a list', () => {
    expect(names('cpu>')).toHaveLength(3);
    expect(names('nonsense:x')).toHaveLength(3);
    expect(names('name:')).toHaveLength(3);
  });

  it('says what is wrong', () => {
    const problems = (text: string) =>
      checkFilter(parseFilter(text), fields).map(({ message }) => message);
    expect(problems('foo:bar')[0]).toMatch(/Unknown key "foo"/);
    expect(problems('cpu>lots')[0]).toMatch(/no number/);
    expect(problems('name>3')[0]).toMatch(/takes ":"/);
    expect(problems('name:x cpu>80 mem<4g')).toEqual([]);
  });

  it('comes back from its own text', () => {
    const texts = [
      'a b',
      'name:x,y',
      '-tag:prod cpu>80',
      'state:"Not deployed"',
      'mem<4g "two words"',
    ];
    const bare = (text: string) =>
      parseFilter(text).map(({ key, operator, values, not }) => ({ key, operator, values, not }));
    for (const text of texts) {
      expect(bare(formatFilter(parseFilter(text)))).toEqual(bare(text));
    }
  });

  it('never fails, whatever is typed', () => {
    let seed = 7;
    const alphabet = 'ab:<>-," cpu>8gname:\\(*';
    for (let n = 0; n < 3000; n += 1) {
      let text = '';
      for (let k = 0; k < 12; k += 1) {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        text += alphabet[seed % alphabet.length];
      }
      const terms = parseFilter(text);
      checkFilter(terms, fields);
      rows.filter(compileFilter(text, fields));
      completions(text, text.length, fields, rows);
      for (const { from, to } of terms) expect(to).toBeGreaterThan(from);
    }
  });

  it('switches values of a facet on and off', () => {
    let text = toggleValue('fra1', 'state', 'Running');
    expect(text).toBe('fra1 state:Running');
    text = toggleValue(text, 'state', 'Not deployed');
    expect(chosenValues(text, 'state')).toEqual(['Running', 'Not deployed']);
    text = toggleValue(toggleValue(text, 'state', 'Running'), 'state', 'Not deployed');
    expect(text).toBe('fra1');
  });

  it('counts facets, most first', () => {
    const state = fields.find(({ key }) => key === 'state');
    expect(state && facetCounts(rows, state)).toEqual([
      ['Running', 2],
      ['Not deployed', 1],
    ]);
  });

  it('completes keys and values', () => {
    expect(completions('ta', 2, fields, rows).items[0]?.[0]).toBe('tag:');
    expect(completions('state:r', 7, fields, rows).items[0]?.[0]).toBe('state:Running');
  });

  it('reads quantities', () => {
    expect(quantity('4g', 'size')).toBe(4 * GB);
    expect(quantity('1.5GiB', 'size')).toBe(1.5 * GB);
    expect(quantity('2d', 'age')).toBe(172_800_000);
    expect(quantity('80%', 'number')).toBe(80);
    expect(quantity('4x', 'size')).toBeNull();
  });
});
