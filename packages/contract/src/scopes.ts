import * as z from 'zod';

/** What a principal may do. Each operation names the one it needs. */
export const Scope = z.enum([
  'timers:read',
  'timers:write',
  'timers:fire',
  'timers:export',
  'timers:share',
  'context:read',
  'context:write',
  'secrets:read',
  'secrets:write',
  'inbox:read',
  'inbox:write',
  'agents:read',
  'agents:write',
  'runners',
  'clock',
  'teams:read',
  /** Members, invitations, API keys. */
  'teams:admin',
  /** Plan and billing, single sign-on, the end of a team. */
  'teams:own',
  'audit:read',
  /** What operators of the service do, to any team. */
  'service:admin',
  /** What concerns the person who asks, in no team: who they are, their teams, their invitations. */
  'account',
]);
export type Scope = z.infer<typeof Scope>;
