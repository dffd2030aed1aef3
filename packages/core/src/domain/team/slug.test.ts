import { describe, expect, it } from '@jest/globals';
import { TeamSlug } from '@minoots/contract';
import fc from 'fast-check';
import { slugOf } from './slug.ts';

describe('slugOf', () => {
  it.each([
    ['DevOps Team', 'devops-team'],
    ['Café “Zürich”!', 'cafe-zurich'],
    ['İstanbul', 'istanbul'],
    ['team_local', 'team-local'],
    ['上海', 'team'],
    ['', 'team'],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
  ])('says what %j says', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  it('makes a slug of any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(TeamSlug.safeParse(slugOf(name)).success).toBe(true);
      }),
    );
  });
});
