import { describe, expect, it } from '@jest/globals';
import type { Scope, SharePermission } from '@minoots/contract';
import fc from 'fast-check';
import { type Action, authorize } from './authorize.ts';

const READ: Action = { scope: 'timers:read', guest: 'read' };
const CANCEL: Action = { scope: 'timers:write', guest: 'cancel' };
const MANAGE: Action = { scope: 'timers:write', guest: 'manage' };
const DELETE: Action = { scope: 'timers:write', guest: null };
const asker = (...scopes: Scope[]) => ({ teamId: 'team_a', scopes: new Set(scopes) });
const own = { teamId: 'team_a' };
const foreign = { teamId: 'team_b' };
const sharedAs = (...permissions: SharePermission[]) => ({ ...foreign, sharedAs: permissions });

describe('authorize', () => {
  it('goes by scope in the own team', () => {
    expect(authorize(asker('timers:read'), READ, own)).toBe('allowed');
    expect(authorize(asker('timers:read'), DELETE, own)).toBe('forbidden');
    expect(authorize(asker('timers:write'), DELETE, own)).toBe('allowed');
  });

  it('hides what is of another team and not shared, whatever the scopes', () => {
    for (const action of [READ, CANCEL, MANAGE, DELETE]) {
      expect(authorize(asker('timers:read', 'timers:write'), action, foreign)).toBe('hidden');
      expect(authorize(asker('timers:read', 'timers:write'), action, sharedAs())).toBe('hidden');
      expect(authorize(asker(), action, foreign)).toBe('hidden');
    }
  });

  it.each<[SharePermission[], Record<'read' | 'cancel' | 'manage' | 'delete', string>]>([
    [['read'], { read: 'allowed', cancel: 'forbidden', manage: 'forbidden', delete: 'forbidden' }],
    [['cancel'], { read: 'allowed', cancel: 'allowed', manage: 'forbidden', delete: 'forbidden' }],
    [['manage'], { read: 'allowed', cancel: 'allowed', manage: 'allowed', delete: 'forbidden' }],
    [['read', 'cancel'], { read: 'allowed', cancel: 'allowed', manage: 'forbidden', delete: 'forbidden' }],
  ])('lets guests do what %j grants', (permissions, expected) => {
    const all = asker('timers:read', 'timers:write');
    const resource = sharedAs(...permissions);
    expect({
      read: authorize(all, READ, resource),
      cancel: authorize(all, CANCEL, resource),
      manage: authorize(all, MANAGE, resource),
      delete: authorize(all, DELETE, resource),
    }).toEqual(expected);
  });

  it('asks guests for the scope too', () => {
    expect(authorize(asker('timers:read'), MANAGE, sharedAs('manage'))).toBe('forbidden');
  });

  it('never lets a guest do more than a member of the same scopes', () => {
    const permission = fc.constantFrom<SharePermission>('read', 'cancel', 'manage');
    const action = fc.constantFrom(READ, CANCEL, MANAGE, DELETE);
    const scopes = fc.subarray<Scope>(['timers:read', 'timers:write']);
    fc.assert(
      fc.property(fc.array(permission), action, scopes, (permissions, act, has) => {
        if (authorize(asker(...has), act, sharedAs(...permissions)) !== 'allowed') return;
        expect(authorize(asker(...has), act, own)).toBe('allowed');
      }),
    );
  });
});
