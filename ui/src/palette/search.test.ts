import { describe, expect, it } from 'vitest';
import type { Action } from '../lib/action';
import { type Command, type Hit, index, search } from './search';
import type { PaletteSource } from './source';

interface Thing {
  id: string;
  name: string;
  tags: string[];
}
const action = (label: string): Action<Thing> => ({
  id: label,
  label,
  level: 1,
  applies: (row) => (row.name === 'stopped' ? 'It is stopped.' : true),
  run: () => undefined,
});
const source = (kind: string, labels: string[]): PaletteSource<Thing> => ({
  topic: kind,
  kind,
  nouns: { one: kind, many: kind, name: (row) => row.name },
  state: () => ['ok', 'Running'],
  link: () => null,
  words: () => ['fra1'],
  actions: labels.map(action),
});
const thing = (name: string, tags: string[] = []): Thing => ({ id: name, name, tags });
const servers = source('Server', ['Restart all containers', 'Stop all containers']);
const deployments = source('Deployment', ['Restart', 'Deploy']);
const rows = index([
  [servers, [thing('local', ['t1']), thing('lab')]],
  [deployments, [thing('immich'), thing('stopped')]],
]);
const commands: Command[] = [
  { id: 'dark', label: 'Theme dark', words: ['night'], hint: '', run: () => undefined },
];
const find = (text: string) => search(text, rows, commands, (id) => (id === 't1' ? 'prod' : ''));
const told = (hit: Hit | undefined) => {
  if (hit?.type === 'verb') return `${hit.action.label} ${hit.at.name}`;
  return hit?.type === 'row' ? hit.at.name : hit?.command.label;
};

describe('the palette', () => {
  it.each([
    ['immich', 'immich'],
    ['restart immich', 'Restart immich'],
    ['restart all local', 'Restart all containers local'],
    ['stop local', 'Stop all containers local'],
    ['theme dark', 'Theme dark'],
    ['night', 'Theme dark'],
    ['#prod', 'local'],
  ])('finds first for "%s": %s', (text, label) => {
    expect(told(find(text)[0])).toBe(label);
  });

  it('offers no verb for what it does not apply to', () => {
    expect(find('restart stopped').filter(({ type }) => type === 'verb')).toEqual([]);
  });

  it('finds verbs only after >', () => {
    expect(find('> deploy immich').every(({ type }) => type !== 'row')).toBe(true);
  });
});
