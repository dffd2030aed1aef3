import * as z from 'zod';
import { ApiKey } from './api-keys.ts';
import { AuditEntry } from './audit.ts';
import { Billing } from './billing.ts';
import { Budget } from './budgets.ts';
import { ContextEntry } from './context.ts';
import { Runner } from './runners.ts';
import { SecretEntry } from './secrets.ts';
import { SingleSignOn } from './sso.ts';
import { Invitation, Member, Team, UserId } from './teams.ts';

/** Where an invitation leads. */
const InvitingTeam = Team.pick({ id: true, slug: true, name: true });

/** What is kept of the person who asks, but for their id on what they made: that is of its team. */
export const MyData = z
  .object({
    user_id: UserId,
    email: z.string().nullable(),
    name: z.string().nullable(),
    /** Each team that they are in, and what it says of them. */
    memberships: z.array(z.object({ team: Team, member: Member })),
    /** Open to their email address, once they have confirmed it. */
    invitations: z.array(z.object({ team: InvitingTeam, invitation: Invitation })),
    /** What they did in any team, newest first, page by page. */
    audit: z.array(AuditEntry.extend({ team_id: z.string() })),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'MyData' });
export type MyData = z.infer<typeof MyData>;

/** What is kept of a team, but for what has lists of its own: `elsewhere` says where these are. */
export const TeamData = z
  .object({
    team: Team,
    members: z.array(Member),
    invitations: z.array(Invitation),
    api_keys: z.array(ApiKey),
    context: z.array(ContextEntry),
    /** Names alone: values are never given back. */
    secrets: z.array(SecretEntry),
    runners: z.array(Runner),
    budgets: z.array(Budget),
    sso: SingleSignOn,
    /** What the team has ordered; what is known of its customers by the payment service stays there. */
    billing: Billing,
    /** Paths of this API by what they give. */
    elsewhere: z.record(z.string(), z.string()),
  })
  .meta({ id: 'TeamData' });
export type TeamData = z.infer<typeof TeamData>;
