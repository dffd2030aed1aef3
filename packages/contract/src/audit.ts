import * as z from 'zod';
import { Cursor, Instant } from './primitives.ts';
import { Limit } from './timer.ts';

/** Something that was changed in a team. */
export const AuditEntry = z
  .object({
    id: z.string(),
    at: Instant,
    /** Who did it: a user, an API key, or `service`. */
    actor: z.string(),
    /** Such as `member.joined`. */
    action: z.string(),
    /** What it was done to, such as the id of a member. */
    subject: z.string().nullable(),
    message: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z
  .object({ data: z.array(AuditEntry), next_cursor: z.string().nullable() })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof AuditPage>;

export const AuditQuery = z.strictObject({
  limit: Limit,
  cursor: Cursor.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
