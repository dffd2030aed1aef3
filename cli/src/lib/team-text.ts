import type { AuditEntry, Invitation, Member, Team } from '@minoots/contract';
import { formatInstant } from './format.ts';
import { renderFields, renderTable } from './table.ts';
import { safeLine } from './text.ts';

/** A team with all there is to see. */
export function describeTeam(team: Team): string {
  return renderFields([
    ['slug', team.slug],
    ['name', safeLine(team.name)],
    ['id', team.id],
    ['plan', team.plan],
    ['members', String(team.member_count)],
    ['your role', team.role],
    ['since', formatInstant(team.created_at)],
  ]);
}

/** Teams as a table; the one that requests are for is marked. */
export function describeTeams(teams: readonly Team[], currentId: string | undefined): string {
  const rows = teams.map(({ id, slug, name, role, plan, member_count }) => [
    id === currentId ? '*' : '',
    slug,
    safeLine(name),
    role ?? '–',
    plan,
    String(member_count),
  ]);
  return renderTable(['', 'SLUG', 'NAME', 'ROLE', 'PLAN', 'MEMBERS'], rows);
}

/** Members as a table. */
export function describeMembers(members: readonly Member[]): string {
  const rows = members.map(({ user_id, email, name, role, joined_at }) => [
    safeLine(email),
    safeLine(name ?? '–'),
    role,
    formatInstant(joined_at),
    safeLine(user_id),
  ]);
  return renderTable(['EMAIL', 'NAME', 'ROLE', 'JOINED AT', 'ID'], rows);
}

/** Invitations as a table. */
export function describeInvitations(invitations: readonly Invitation[]): string {
  const rows = invitations.map(({ id, email, role, expires_at }) => [
    id,
    safeLine(email),
    role,
    formatInstant(expires_at),
  ]);
  return renderTable(['ID', 'EMAIL', 'ROLE', 'HOLDS UNTIL'], rows);
}

/** Notes of the audit log as a table. */
export function describeAuditLog(entries: readonly AuditEntry[]): string {
  const rows = entries.map(({ at, actor, action, message }) => [
    formatInstant(at),
    safeLine(actor),
    action,
    safeLine(message),
  ]);
  return renderTable(['AT', 'WHO', 'WHAT', 'DETAIL'], rows);
}
