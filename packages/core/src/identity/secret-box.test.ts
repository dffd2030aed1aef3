import { describe, expect, it } from '@jest/globals';
import { SecretsUnavailable } from '../ports/secret-store.ts';
import { generateSecretKey, readSecretKeys, SecretBox } from './secret-box.ts';

const PLACE = { teamId: 'team_a', name: 'TOKEN' };
const key = generateSecretKey();
const box = new SecretBox(() => readSecretKeys(key));

describe('SecretBox', () => {
  it('opens what it sealed', () => {
    expect(box.open(PLACE, box.seal(PLACE, 'Schlüssel ☕'))).toBe('Schlüssel ☕');
  });

  it('seals the same value differently each time', () => {
    expect(box.seal(PLACE, 'correct horse')).not.toBe(box.seal(PLACE, 'correct horse'));
  });

  it.each([
    { ...PLACE, teamId: 'team_b' },
    { ...PLACE, name: 'OTHER' },
  ])('opens nothing that was moved elsewhere: %j', (place) => {
    expect(() => box.open(place, box.seal(PLACE, 'correct horse'))).toThrow(SecretsUnavailable);
  });

  it('opens nothing that was changed', () => {
    const sealed = box.seal(PLACE, 'correct horse');
    for (const at of [sealed.length - 30, sealed.length - 3]) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(() => box.open(PLACE, changed)).toThrow(SecretsUnavailable);
    }
    expect(() => box.open(PLACE, sealed.slice(0, -8))).toThrow(SecretsUnavailable);
    expect(() => box.open(PLACE, 'correct horse')).toThrow(SecretsUnavailable);
  });

  it('names the key that it lacks', () => {
    const sealed = box.seal(PLACE, 'correct horse');
    const other = new SecretBox(() => readSecretKeys(generateSecretKey()));
    expect(() => other.open(PLACE, sealed)).toThrow(sealed.split('.')[1]);
  });
});

describe('readSecretKeys', () => {
  it('reads the one that seals first, however they are separated', () => {
    const [first, second] = [generateSecretKey(), generateSecretKey()];
    for (const text of [`${first}\n${second}\n`, `${first}, ${second}`]) {
      const keys = readSecretKeys(text).map(({ bytes }) => bytes.toString('base64'));
      expect(keys).toEqual([first, second]);
    }
  });

  it.each(['', ' \n', 'hunter2', `${key.slice(4)}`])('refuses %j, and does not repeat it', (text) => {
    expect(() => readSecretKeys(text)).toThrow(SecretsUnavailable);
    expect(() => readSecretKeys(text)).not.toThrow(/hunter2/);
  });
});
