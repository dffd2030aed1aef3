import * as z from 'zod';
import { Instant, TimerId } from './primitives.ts';
import { TeamRef } from './teams.ts';

/** Most teams that one timer is shared with. */
export const MAX_SHARES = 50;

/** What another team may do with a timer: look at it, cancel it, or change its clock and its fields. */
export const SharePermission = z.enum(['read', 'cancel', 'manage']).meta({ id: 'SharePermission' });
export type SharePermission = z.infer<typeof SharePermission>;

const permissions = z.array(SharePermission).min(1).max(3);

export const ShareTimerRequest = z
  .strictObject({
    team: TeamRef,
    /** `read` unless told; each of the others includes it. */
    permissions: permissions.default(['read']),
  })
  .meta({ id: 'ShareTimerRequest' });
export type ShareTimerRequest = z.input<typeof ShareTimerRequest>;

export const Share = z
  .object({
    timer_id: TimerId,
    team_id: z.string(),
    team_slug: z.string(),
    permissions,
    shared_by: z.string(),
    shared_at: Instant,
  })
  .meta({ id: 'Share' });
export type Share = z.infer<typeof Share>;

export const ShareList = z.object({ data: z.array(Share) }).meta({ id: 'ShareList' });
export type ShareList = z.infer<typeof ShareList>;
