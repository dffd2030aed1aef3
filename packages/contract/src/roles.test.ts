import { describe, expect, it } from '@jest/globals';
import { PERSONAL_SCOPES, READ_ONLY_SCOPES, ROLE_SCOPES, Role } from './roles.ts';
import { Scope } from './scopes.ts';

describe('ROLE_SCOPES', () => {
  it('gives each role all that those before it have, and more', () => {
    let before: readonly Scope[] = [];
    for (const role of Role.options) {
      const scopes: readonly Scope[] = ROLE_SCOPES[role];
      expect(scopes).toEqual(expect.arrayContaining([...before]));
      expect(scopes.length).toBeGreaterThan(before.length);
      before = scopes;
    }
  });

  it('gives owners every scope but what is of the person, and of operators of the service', () => {
    expect([...ROLE_SCOPES.owner, 'account', 'service:admin'].sort()).toEqual([...Scope.options].sort());
  });

  it('names no scope twice', () => {
    for (const scopes of Object.values(ROLE_SCOPES)) expect(new Set(scopes).size).toBe(scopes.length);
  });

  it('lets viewers, and keys that only read, change nothing', () => {
    expect(READ_ONLY_SCOPES.every((scope) => scope.endsWith(':read'))).toBe(true);
    expect(ROLE_SCOPES.viewer).toEqual(READ_ONLY_SCOPES);
    for (const scope of PERSONAL_SCOPES) expect(READ_ONLY_SCOPES).not.toContain(scope);
  });
});
