import { describe, expect, it } from '@jest/globals';
import { MAX_PERSON_NAME, personOf } from './person.ts';

const claims = { userId: 'u1', email: 'Ann@Example.COM', emailVerified: true, name: 'Ann' };

describe('personOf', () => {
  it('takes what the identity service says, the address in small letters', () => {
    expect(personOf(claims)).toEqual({
      userId: 'u1',
      email: 'ann@example.com',
      emailVerified: true,
      name: 'Ann',
    });
  });

  it('counts no address as none that is confirmed', () => {
    expect(personOf({ ...claims, email: null })).toMatchObject({ email: '', emailVerified: false });
  });

  it.each([
    ['Ann\r\nlevel=error\u0000', 'Ann level=error'],
    ['\u202eevil\u202c', 'evil'],
    ['  ', null],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
  ])('makes one line of the name %j', (name, kept) => {
    expect(personOf({ ...claims, name })?.name).toBe(kept);
  });

  it('shortens a name that is too long, by whole characters', () => {
    const name = personOf({ ...claims, name: `${'x'.repeat(MAX_PERSON_NAME - 1)}😀` })?.name ?? '';
    expect(name).toHaveLength(MAX_PERSON_NAME);
    expect(name.isWellFormed()).toBe(true);
  });

  it.each([
    { userId: '' },
    { userId: 'u'.repeat(129) },
    { userId: 'u\n1' },
    { email: `${'a'.repeat(250)}@b.cd` },
    { email: 'a\u0000@b.cd' },
  ])('knows nobody by %j', (fields) => {
    expect(personOf({ ...claims, ...fields })).toBeNull();
  });
});
