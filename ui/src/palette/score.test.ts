import { describe, expect, it } from 'vitest';
import { best, score, scoreWord, wordsOf } from './score';

const ranked = (query: string, names: readonly string[]) =>
  best(names, (name) => score(wordsOf(query), name, []), 10);

describe('the scorer', () => {
  it.each([
    ['api', ['api', 'api-core', 'my-api', 'rapid', 'a-p-i']],
    ['graf', ['grafana', 'my-grafana', 'infografik']],
    ['node 01', ['node-01', 'node-2-01', 'anode-101']],
  ])('ranks for "%s"', (query, names) => {
    expect(ranked(query, [...names].reverse())).toEqual(names);
  });

  it('wants every word', () => {
    expect(score(['fra', 'web'], 'fra1-node', [])).toBe(0);
    expect(score(['fra', 'web'], 'fra1-web', [])).toBeGreaterThan(0);
  });

  it('counts other texts for less than the name', () => {
    const named = score(['postgres'], 'postgres', []);
    const imaged = score(['postgres'], 'db', ['postgres:17']);
    expect(imaged).toBeGreaterThan(0);
    expect(named).toBeGreaterThan(imaged);
  });

  it('takes letters in order, but not strewn over a long name', () => {
    expect(scoreWord('immich-server', 'imsrv')).toBeGreaterThan(0);
    expect(scoreWord('a-very-long-name-of-something', 'ame')).toBeGreaterThan(0);
    expect(scoreWord('abcdefghijklmnop', 'aop')).toBe(0);
  });

  it('goes through 6 000 names quickly', () => {
    const names = Array.from({ length: 6000 }, (_, n) => `region-${n % 7}-node-${n}`);
    const start = performance.now();
    ranked('node 42', names);
    expect(performance.now() - start).toBeLessThan(100);
  });
});
