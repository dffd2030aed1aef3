import { describe, expect, it } from '@jest/globals';
import { generateApiKey, isApiKey, kindOf, prefixOf } from './api-key.ts';

describe('generateApiKey', () => {
  it('makes a key of its own each time, in a form that scanners know', () => {
    const keys = Array.from({ length: 1_000 }, () => generateApiKey());
    expect(new Set(keys).size).toBe(1_000);
    for (const key of keys) expect(key).toMatch(/^mnt_live_[0-9A-Za-z]{38}$/);
  });

  it('tells test keys apart by their form', () => {
    expect(generateApiKey('test')).toMatch(/^mnt_test_[0-9A-Za-z]{38}$/);
  });
});

describe('isApiKey', () => {
  it.each(['live', 'test'] as const)('knows a %s key', (kind) => {
    expect(isApiKey(generateApiKey(kind))).toBe(true);
  });

  it('finds one character that is not as it was, wherever it stands', () => {
    const key = generateApiKey();
    for (let at = 9; at < key.length; at++) {
      const typo = key.slice(0, at) + (key[at] === 'x' ? 'y' : 'x') + key.slice(at + 1);
      expect(isApiKey(typo)).toBe(false);
    }
  });

  it.each(['', 'mnt_live_', 'mnt_life_', `mnt_live_${'0'.repeat(38)}`, `${generateApiKey()} `])(
    'does not know %j',
    (text) => {
      expect(isApiKey(text)).toBe(false);
    },
  );
});

describe('prefixOf', () => {
  it('tells a key from others, and its kind', () => {
    const key = generateApiKey('test');
    expect(prefixOf(key)).toBe(key.slice(0, 13));
    expect(kindOf(prefixOf(key))).toBe('test');
    expect(kindOf(prefixOf(generateApiKey()))).toBe('live');
  });

  it('tells nothing of a key that somebody made up', () => {
    expect(prefixOf('correct-horse-battery')).toBe('');
  });
});
