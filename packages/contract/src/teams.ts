import * as z from 'zod';
import { PlanId } from './plans.ts';
import { Instant } from './primitives.ts';
import { Role } from './roles.ts';
import { Scope } from './scopes.ts';
import { Name } from './timer-fields.ts';

/** How long an invitation holds, in ms: a week. */
export const INVITATION_MS = 604_800_000;

/** Identifier of a team: `team_` and letters, digits, "_" or "-". */
export const TeamId = z
  .string()
  .regex(/^team_[A-Za-z0-9_-]{1,64}$/, 'must be team_ and 1 to 64 letters, digits, "_" or "-"')
  .meta({ id: 'TeamId', example: 'team_4fZk0Qw7cTn2Ry9LbXa1Ve' });

/** The name of a team in URLs and commands, unique in the service. */
export const TeamSlug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    'must be 1 to 40 small letters, digits or "-", with no sign at its ends',
  )
  .meta({ id: 'TeamSlug', example: 'devops-team' });

/** A team by its slug or its id. */
export const TeamRef = z.union([TeamId, TeamSlug]).meta({ id: 'TeamRef' });

/** An email address, in small letters. */
export const Email = z.email().max(254).toLowerCase().meta({ id: 'Email' });

/** Who signs in: the id that the identity service gave. */
export const UserId = z.string().min(1).max(128).meta({ id: 'UserId' });

export const CreateTeamRequest = z
  .strictObject({
    name: Name,
    /** Made of the name unless told. */
    slug: TeamSlug.optional(),
  })
  .meta({ id: 'CreateTeamRequest' });
export type CreateTeamRequest = z.infer<typeof CreateTeamRequest>;

export const UpdateTeamRequest = z
  .strictObject({ name: Name.optional(), slug: TeamSlug.optional() })
  .refine((change) => Object.keys(change).length > 0, 'give at least one field to change')
  .meta({ id: 'UpdateTeamRequest' });
export type UpdateTeamRequest = z.infer<typeof UpdateTeamRequest>;

export const Team = z
  .object({
    id: TeamId,
    slug: TeamSlug,
    name: z.string(),
    /** Whether it is the one that its owner's first sign-in made. */
    personal: z.boolean(),
    plan: PlanId,
    created_at: Instant,
    /** Of the one who asks; null of a key. */
    role: Role.nullable(),
    member_count: z.int(),
  })
  .meta({ id: 'Team' });
export type Team = z.infer<typeof Team>;

export const TeamList = z.object({ data: z.array(Team) }).meta({ id: 'TeamList' });
export type TeamList = z.infer<typeof TeamList>;

export const Member = z
  .object({
    user_id: UserId,
    email: z.string(),
    name: z.string().nullable(),
    role: Role,
    joined_at: Instant,
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

export const MemberList = z.object({ data: z.array(Member) }).meta({ id: 'MemberList' });
export type MemberList = z.infer<typeof MemberList>;

export const ChangeMemberRequest = z.strictObject({ role: Role }).meta({ id: 'ChangeMemberRequest' });
export type ChangeMemberRequest = z.infer<typeof ChangeMemberRequest>;

/** Who becomes an owner; the one who asks becomes an admin. */
export const TransferTeamRequest = z.strictObject({ to_user_id: UserId }).meta({ id: 'TransferTeamRequest' });
export type TransferTeamRequest = z.infer<typeof TransferTeamRequest>;

export const InviteRequest = z
  .strictObject({
    email: Email,
    /** `member` unless told. */
    role: Role.exclude(['owner']).default('member'),
  })
  .meta({ id: 'InviteRequest' });
export type InviteRequest = z.input<typeof InviteRequest>;

export const InvitationId = z
  .string()
  .regex(/^inv_[0-9A-Za-z]{22}$/, 'is not an invitation id')
  .meta({ id: 'InvitationId', example: 'inv_4fZk0Qw7cTn2Ry9LbXa1Ve' });

export const Invitation = z
  .object({
    id: InvitationId,
    email: z.string(),
    role: Role,
    invited_by: z.string(),
    invited_at: Instant,
    expires_at: Instant,
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof Invitation>;

export const InvitationList = z.object({ data: z.array(Invitation) }).meta({ id: 'InvitationList' });
export type InvitationList = z.infer<typeof InvitationList>;

/** An invitation just made. Whoever has the token and signs in with the email address joins; it is shown once. */
export const CreatedInvitation = Invitation.extend({ token: z.string() }).meta({ id: 'CreatedInvitation' });
export type CreatedInvitation = z.infer<typeof CreatedInvitation>;

export const AcceptInvitationRequest = z
  .strictObject({ token: z.string().min(20).max(200) })
  .meta({ id: 'AcceptInvitationRequest' });
export type AcceptInvitationRequest = z.infer<typeof AcceptInvitationRequest>;

/** Which team, said once more, so that none is deleted by accident. */
export const DeleteTeamQuery = z.strictObject({
  /** Its slug. */
  confirm: z.string().min(1).max(64),
});
export type DeleteTeamQuery = z.infer<typeof DeleteTeamQuery>;

/** A team that is gone. What it owned is erased in the minutes that follow. */
export const DeletedTeam = z
  .object({ id: TeamId, slug: TeamSlug, name: z.string(), deleted_at: Instant })
  .meta({ id: 'DeletedTeam' });
export type DeletedTeam = z.infer<typeof DeletedTeam>;

/** Whose account, said once more, so that none is deleted by accident. */
export const DeleteMeQuery = z.strictObject({
  /** Their email address; their id where the sign-in gives none. */
  confirm: z.string().min(1).max(254),
});
export type DeleteMeQuery = z.infer<typeof DeleteMeQuery>;

/** A person whose account is gone. What was theirs alone is erased in the minutes that follow. */
export const DeletedAccount = z
  .object({
    user_id: UserId,
    deleted_at: Instant,
    /** The teams that went with it, since nobody else was in them: the personal one, and others. */
    teams: z.array(DeletedTeam),
    /** The slugs of the teams that they were taken out of. */
    left: z.array(z.string()),
  })
  .meta({ id: 'DeletedAccount' });
export type DeletedAccount = z.infer<typeof DeletedAccount>;

/** Who asks. */
export const Me = z
  .object({
    type: z.enum(['user', 'api-key']),
    id: z.string(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    /** The team that requests are for; null for a person who is in none. */
    team: Team.nullable(),
    scopes: z.array(Scope),
    /** All teams of a person; of a key its own. */
    teams: z.array(Team),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;
