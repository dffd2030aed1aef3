import { describe, expect, it } from '@jest/globals';
import { rotateSigningSecret } from './rotate.ts';
import { inForce, type SigningSecretEntry } from './state.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY_MS = 86_400_000;
const FIRST: SigningSecretEntry = { id: 'sgn_1', madeAt: 0, worksUntil: null };

function rotate(entries: readonly SigningSecretEntry[], id: string, overlapMs = DAY_MS, now = NOW) {
  return rotateSigningSecret(entries, { id, actor: 'usr_1', overlapMs }, now);
}

function entriesAfter(result: ReturnType<typeof rotate>): readonly SigningSecretEntry[] {
  if (!result.ok) throw new Error(result.detail);
  return result.value.entries;
}

describe('rotateSigningSecret', () => {
  it('lets both sign until the overlap ends, the newer one first', () => {
    const entries = entriesAfter(rotate([FIRST], 'sgn_2'));
    const signing = (now: number) => inForce(entries, now).map(({ id }) => id);
    expect(signing(NOW)).toEqual(['sgn_2', 'sgn_1']);
    expect(signing(NOW + DAY_MS - 1)).toEqual(['sgn_2', 'sgn_1']);
    expect(signing(NOW + DAY_MS)).toEqual(['sgn_2']);
  });

  it('leaves a note without a secret', () => {
    expect(rotate([FIRST], 'sgn_2')).toMatchObject({
      value: { notes: [{ action: 'signing_secret.rotated', subject: 'sgn_2', actor: 'usr_1', at: NOW }] },
    });
  });

  it('is refused during a rotation, unless all others are to end', () => {
    const during = entriesAfter(rotate([FIRST], 'sgn_2'));
    expect(rotate(during, 'sgn_3')).toMatchObject({ code: 'invalid_state' });
    expect(entriesAfter(rotate(during, 'sgn_3', 0)).map(({ id }) => id)).toEqual(['sgn_3']);
    expect(entriesAfter(rotate(during, 'sgn_3', 1, NOW + DAY_MS)).map(({ id }) => id)).toEqual([
      'sgn_3',
      'sgn_2',
    ]);
  });

  it('changes nothing when it is repeated', () => {
    const entries = entriesAfter(rotate([FIRST], 'sgn_2', 0));
    expect(rotate(entries, 'sgn_2', 0)).toEqual({ ok: true, value: { entries, notes: [] } });
  });

  it('makes the first of a team that has none', () => {
    expect(entriesAfter(rotate([], 'sgn_1'))).toEqual([{ id: 'sgn_1', madeAt: NOW, worksUntil: null }]);
  });
});
