import { ROLE_SCOPES, type Role, type Scope } from '@minoots/contract';
import { authorize } from '../../domain/access/authorize.ts';
import type { TeamCommand } from '../../domain/team/commands.ts';
import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { Principal } from '../../ports/authenticator.ts';
import { SlugTaken, type TeamDecision } from '../../ports/team-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError, teamNotFound, unwrap } from '../errors.ts';

/** A command without whoever gives it. */
export type Command = TeamCommand extends infer C
  ? C extends TeamCommand
    ? Omit<C, 'actor'>
    : never
  : never;

/** A team before a change and after it. */
export interface ChangedTeam {
  before: Team;
  after: Team;
}

/**
 * Changes the team of a request. What whoever asks may do is judged anew by the team that is changed: of two admins who
 * remove each other at the same moment, one stays.
 * @param scope what the change takes
 * @param decide given the team, and the role in it of whoever asks; may throw to refuse
 */
export async function changeTeam(
  { teams, clock }: Pick<Deps, 'teams' | 'clock'>,
  { principal }: RequestContext,
  scope: Scope,
  decide: (team: Team, by: Role) => Command,
): Promise<ChangedTeam> {
  const now = clock.now();
  try {
    return await teams.update(principal.teamId, (team): TeamDecision<ChangedTeam> => {
      if (team === null) throw notFounded(principal);
      const by = roleIn(team, principal, scope);
      const command = { ...decide(team, by), actor: principal.id };
      const { team: after, notes } = unwrap(transition(team, command, now));
      const result = { before: team, after };
      return after === team ? { result } : { save: after, notes, result };
    });
  } catch (error) {
    throw error instanceof SlugTaken ? slugTaken() : error;
  }
}

/** The refusal of a slug that another team has. */
export function slugTaken(): MinootsError {
  const message = 'is the slug of another team';
  return new MinootsError('slug_taken', `/slug ${message}`, { errors: [{ pointer: '/slug', message }] });
}

/** Keys can be made for a team that nobody is in. */
export function notFounded({ teamId }: Pick<Principal, 'teamId'>): MinootsError {
  return new MinootsError('not_found', `Nobody has founded ${teamId}: it is there for its API keys alone`);
}

/** A key acts as an admin: whoever made it was one at least. */
function roleIn(team: Team, { type, id }: Principal, scope: Scope): Role {
  if (type === 'api-key') return 'admin';
  const role = team.members.find(({ userId }) => userId === id)?.role;
  if (role === undefined) throw teamNotFound(team.id);
  const asker = { teamId: team.id, scopes: new Set<Scope>([...ROLE_SCOPES[role], 'account']) };
  if (authorize(asker, { scope, guest: null }, { teamId: team.id }) === 'allowed') return role;
  throw new MinootsError('forbidden', `What takes the scope ${scope} is more than a team's ${role} may do`, {
    members: { required_scope: scope },
  });
}
