import { describe, expect, it } from '@jest/globals';
import { OPERATIONS, type Operation } from '@minoots/contract';
import { SHOWING } from './telling-secrets.ts';

describe('tellSecrets', () => {
  it('makes everything that is shown once', () => {
    const once = Object.entries<Operation>(OPERATIONS).filter(([, { shownOnce }]) => shownOnce !== undefined);
    expect(SHOWING).toEqual(expect.arrayContaining(once.map(([id]) => id)));
  });
});
