import * as z from 'zod';
import { Scope } from './scopes.ts';

/** What a member may do in a team, in rising order: each may do all that those before it may. */
export const Role = z.enum(['viewer', 'member', 'admin', 'owner']).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

const VIEWER = ['timers:read', 'context:read', 'inbox:read', 'agents:read', 'teams:read'] as const;
const MEMBER = [...VIEWER, 'timers:write', 'timers:fire', 'context:write', 'inbox:write'] as const;
const ADMIN = [
  ...MEMBER,
  'timers:export',
  'timers:share',
  'secrets:read',
  'secrets:write',
  'agents:write',
  'runners',
  'clock',
  'audit:read',
  'teams:admin',
] as const;
const OWNER = [...ADMIN, 'teams:own'] as const;

/** The one table of permissions: what each role may do. Operations name the scope that they need. */
export const ROLE_SCOPES = {
  viewer: VIEWER,
  member: MEMBER,
  admin: ADMIN,
  owner: OWNER,
} as const satisfies Record<Role, readonly Scope[]>;

/** What no API key may do, whoever made it: what concerns a person, or the team as a whole. */
export const PERSONAL_SCOPES = ['account', 'teams:own'] as const satisfies readonly Scope[];

/** Scopes that an API key can have. */
export const KeyScope = Scope.exclude(PERSONAL_SCOPES).meta({ id: 'KeyScope' });
export type KeyScope = z.infer<typeof KeyScope>;

/** What a key of the operators' command may do unless told: all but to look after other teams. */
export const TEAM_KEY_SCOPES: readonly KeyScope[] = KeyScope.options.filter(
  (scope) => scope !== 'service:admin',
);

/** What `read-only` stands for when a key is made: to see, and to change nothing. */
export const READ_ONLY_SCOPES = VIEWER;
