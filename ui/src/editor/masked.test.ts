import { expect, test } from 'vitest';
import { maskConfig, maskPairs } from './masked';

test('values are hidden, names and references stay', () => {
  const text = 'USER=me\nPASSWORD: "two words"\nTOKEN=[[TOKEN]]\n# OLD=value\n# a remark\nEMPTY=\n';
  const masked = maskPairs(text);
  expect(masked).not.toMatch(/me|two words|value/);
  expect(masked).toMatch(/PASSWORD = ••••••/);
  expect(masked).toMatch(/TOKEN=\[\[TOKEN\]\]/);
  expect(masked).toMatch(/# a remark/);
});

test('a line that is no pair may be the rest of a secret, and is hidden whole', () => {
  expect(maskPairs('KEY=a\nMIIEvQIBADANBg\n')).not.toMatch(/MII/);
});

test('what changed can be told from what did not', () => {
  const [same, other, more] = maskPairs('A=1\nB=3\nC=4', 'A=1\nB=2').split('\n');
  expect(same).toBe(maskPairs('A=1'));
  expect(other).toMatch(/B = •+ \(changed\)/);
  expect(more).toBe(maskPairs('C=4'));
});

test('only what is named as secret is masked', () => {
  const config = { environment: 'A=1', image: 'web', webhook_secret: 'abc' };
  const secrets = { pairs: ['environment'], texts: ['webhook_secret'] } as const;
  const masked = maskConfig(config, secrets, { ...config, webhook_secret: 'old' });
  expect(masked).toEqual({
    environment: `${maskPairs('A=1')}\n`,
    image: 'web',
    webhook_secret: '•••••• (changed)',
  });
});
