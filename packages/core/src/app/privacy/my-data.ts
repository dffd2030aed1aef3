import type { AuditQuery } from '@minoots/contract';
import type { Person } from '../../domain/team/commands.ts';
import type { Invitation, Member, Team } from '../../domain/team/state.ts';
import type { ActorsEntry } from '../../ports/audit-log.ts';
import { InvalidPosition } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { requirePerson } from '../teams/person.ts';

const LIST = 'my-data';

export interface MyData {
  person: Person;
  memberships: { team: Team; member: Member }[];
  invitations: { team: Team; invitation: Invitation }[];
  audit: ActorsEntry[];
  nextCursor: string | null;
}

/** What is kept of the person who asks; what they did comes page by page. @throws MinootsError `forbidden` for a key */
export async function readMyData(
  deps: Pick<Deps, 'teams' | 'audit' | 'clock'>,
  { principal }: RequestContext,
  { limit, cursor }: AuditQuery,
): Promise<MyData> {
  const person = requirePerson(principal);
  const after = decodeCursor(LIST, cursor);
  const [memberships, invitations, { entries, next }] = await Promise.all([
    membershipsOf(deps, person),
    invitationsOf(deps, person),
    deps.audit.listOf(person.userId, limit, after).catch((error: unknown) => {
      throw error instanceof InvalidPosition ? invalidCursor() : error;
    }),
  ]);
  return { person, memberships, invitations, audit: entries, nextCursor: encodeCursor(LIST, next) };
}

async function membershipsOf({ teams }: Pick<Deps, 'teams'>, { userId }: Person) {
  return (await teams.listOf(userId)).flatMap((team) =>
    team.members.filter((member) => member.userId === userId).map((member) => ({ team, member })),
  );
}

/** An address that nobody has confirmed may be that of somebody else, whose invitations are none of theirs. */
async function invitationsOf(
  { teams, clock }: Pick<Deps, 'teams' | 'clock'>,
  { email, emailVerified }: Person,
) {
  if (!emailVerified || email === '') return [];
  const now = clock.now();
  return (await teams.listInviting(email)).flatMap((team) =>
    team.invitations
      .filter((invitation) => invitation.email === email && invitation.expiresAt > now)
      .map((invitation) => ({ team, invitation })),
  );
}
