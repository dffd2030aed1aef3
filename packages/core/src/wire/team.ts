import type * as wire from '@minoots/contract';
import type { Invitation, Member, Team } from '../domain/team/state.ts';
import type { AuditEntry } from '../ports/audit-log.ts';
import { toInstant } from './timer.ts';

/** A team as the API shows it to a user; to a key where there is none. */
export function toWireTeam(team: Team, userId: string | null): wire.Team {
  const { id, slug, name, personalOf, plan, members, createdAt } = team;
  return {
    id,
    slug,
    name,
    personal: personalOf !== null,
    plan: plan.id,
    created_at: toInstant(createdAt),
    role: members.find((member) => member.userId === userId)?.role ?? null,
    member_count: members.length,
  };
}

/** A team that was deleted, as the API names it for the last time. @param at epoch ms */
export function toWireDeletedTeam({ id, slug, name }: Team, at: number): wire.DeletedTeam {
  return { id, slug, name, deleted_at: toInstant(at) };
}

/** A member as the API shows them. */
export function toWireMember({ userId, email, name, role, joinedAt }: Member): wire.Member {
  return { user_id: userId, email, name, role, joined_at: toInstant(joinedAt) };
}

/** An invitation as the API shows it: without anything of its token. */
export function toWireInvitation(invitation: Invitation): wire.Invitation {
  const { id, email, role, invitedBy, invitedAt, expiresAt } = invitation;
  return {
    id,
    email,
    role,
    invited_by: invitedBy,
    invited_at: toInstant(invitedAt),
    expires_at: toInstant(expiresAt),
  };
}

/** A note of the audit log as the API shows it. */
export function toWireAuditEntry({ id, at, actor, action, subject, message }: AuditEntry): wire.AuditEntry {
  return { id, at: toInstant(at), actor, action, subject, message };
}
