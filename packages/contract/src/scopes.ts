import * as z from 'zod';

/** What a key may do. Each operation names the one it needs. */
export const Scope = z.enum([
  'timers:read',
  'timers:write',
  'timers:fire',
  'timers:export',
  'context:read',
  'context:write',
  'secrets:read',
  'secrets:write',
  'runners',
  'clock',
]);
export type Scope = z.infer<typeof Scope>;
