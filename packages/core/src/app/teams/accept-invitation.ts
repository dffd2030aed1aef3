import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { TeamDecision } from '../../ports/team-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError, unwrap } from '../errors.ts';
import { hashInvitationToken } from './invitation-token.ts';
import { requirePerson, requireRoomFor } from './person.ts';

/** Makes the person who asks a member of the team that a token invites to. @throws MinootsError `invitation_invalid` */
export async function acceptInvitation(
  deps: Pick<Deps, 'teams' | 'clock'>,
  { principal }: RequestContext,
  token: string,
): Promise<Team> {
  const person = requirePerson(principal);
  const { teams, clock } = deps;
  const tokenHash = hashInvitationToken(token);
  const found = await teams.findByInvitation(tokenHash);
  if (found === null) throw unknownToken();
  await requireRoomFor(deps, person);
  const now = clock.now();
  return teams.update(found.id, (team): TeamDecision<Team> => {
    if (team === null) throw unknownToken();
    const command = { type: 'accept-invitation', actor: person.userId, tokenHash, person } as const;
    const { team: joined, notes } = unwrap(transition(team, command, now));
    return { save: joined, notes, result: joined };
  });
}

function unknownToken(): MinootsError {
  return new MinootsError('invitation_invalid', 'There is no open invitation with this token');
}
