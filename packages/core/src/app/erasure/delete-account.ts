import { isRenewed } from '../../domain/team/commands/delete.ts';
import type { Person } from '../../domain/team/commands.ts';
import type { LeavingPerson, Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { type ChangedTeam, changeTeam } from '../teams/change.ts';
import { requirePerson } from '../teams/person.ts';
import { welcomePerson } from '../teams/welcome.ts';
import { beginErasing, type DeleteDeps, withoutTeam } from './delete-team.ts';

export type DeleteAccountDeps = DeleteDeps & Pick<Deps, 'startPlan' | 'random'>;

/** What became of the teams of somebody whose account was deleted. */
export interface DeletedAccount {
  userId: string;
  /** Epoch ms. */
  at: number;
  /** Teams that went with it, as they were. */
  deleted: Team[];
  /** Teams that they were taken out of. */
  left: Team[];
}

/**
 * Deletes the account of the person who asks. They leave their teams first and the personal one goes last, since with that it
 * is decided: what was refused or stopped before can be asked for again, and what is left to do from then on the sweep finds.
 * @param confirm their email address; their id where they have none
 * @throws MinootsError `forbidden` for a key, `confirmation_mismatch`, `indispensable`, `last_owner`, `subscription_active`
 */
export async function deleteAccount(
  deps: DeleteAccountDeps,
  ctx: RequestContext,
  confirm: string,
): Promise<DeletedAccount> {
  const person = requirePerson(ctx.principal);
  requireConfirmed(deps, person, confirm);
  const home = await welcomePerson(deps, person);
  const others = (await deps.teams.listOf(person.userId)).filter(({ id }) => id !== home.id);
  const isOwn = (team: Team) => isAlone(team) && owns(team, person);
  const [own, shared] = [others.filter(isOwn), others.filter((team) => !isOwn(team))];
  if (own.some(({ id }) => id === deps.local?.teamId)) throw withoutTeam();
  // Looked at before anything is changed, so that nobody loses half of it for nothing.
  requireHeirs(shared, person);
  requireNoSubscriptions([home, ...own]);
  const leaving = leavingPerson(deps, person, [home, ...others]);
  for (const team of shared)
    await changeTeam(deps, inTeam(ctx, team), 'account', () => ({ type: 'leave', userId: person.userId }));
  const gone: ChangedTeam[] = [];
  for (const team of own) gone.push(await remove(deps, ctx, team, null));
  gone.push(await remove(deps, ctx, home, leaving));
  await beginErasing(
    deps,
    gone.map(({ after }) => after),
  );
  return {
    userId: person.userId,
    at: deps.clock.now(),
    deleted: gone.map(({ before }) => before),
    left: shared,
  };
}

function requireConfirmed({ local }: Pick<Deps, 'local'>, { userId, email }: Person, confirm: string): void {
  if (userId === local?.userId)
    throw new MinootsError('indispensable', 'Whoever holds the data folder is the owner of this server');
  const [expected, what] = email === '' ? [userId, 'id'] : [email, 'email address'];
  if (confirm.toLowerCase() === expected.toLowerCase()) return;
  const message = `is not the ${what} of whoever asks, which is ${expected}`;
  throw new MinootsError('confirmation_mismatch', `?confirm ${message}`, {
    errors: [{ pointer: '?confirm', message }],
  });
}

/** @throws MinootsError `last_owner`, which names the teams that would have no owner */
function requireHeirs(teams: readonly Team[], person: Person): void {
  const orphaned = teams.filter(
    (team) => owns(team, person) && team.members.filter(({ role }) => role === 'owner').length === 1,
  );
  if (orphaned.length > 0) throw lastOwner(orphaned);
}

/** @throws MinootsError `subscription_active`, which names the teams that would go on paying */
function requireNoSubscriptions(teams: readonly Team[]): void {
  const paying = teams.filter(({ billing }) => isRenewed(billing));
  if (paying.length === 0) return;
  const detail = `${slugsOf(paying)} would go on paying; cancel the subscription first, on the page of POST /v1/billing/portal`;
  throw new MinootsError('subscription_active', detail, { members: { teams: named(paying) } });
}

/** Deletes a team unless somebody has come in meanwhile. */
function remove(
  deps: DeleteDeps,
  ctx: RequestContext,
  { id, slug }: Team,
  account: LeavingPerson | null,
): Promise<ChangedTeam> {
  return changeTeam(deps, inTeam(ctx, { id }), 'teams:own', (team) => {
    if (!isAlone(team)) throw lastOwner([team]);
    return { type: 'delete', confirm: account === null ? slug : team.slug, account };
  });
}

/**
 * By everything that notes may name them by. Not by an address that nobody has confirmed: it may be somebody else's, whose
 * invitations and whose place in the logs of others are none of theirs. Whoever came into a team later than it was founded
 * has confirmed the address that it has of them.
 */
function leavingPerson(
  { random }: Pick<Deps, 'random'>,
  { userId, email, emailVerified }: Person,
  teams: readonly Team[],
): LeavingPerson {
  const known = teams.flatMap(({ members, createdAt }) =>
    members.filter((member) => member.userId === userId && member.joinedAt > createdAt),
  );
  const emails = new Set([...(emailVerified ? [email] : []), ...known.map((member) => member.email)]);
  emails.delete('');
  return { userId, emails: [...emails], pseudonym: `former_${random.id()}` };
}

function inTeam({ principal, ...rest }: RequestContext, { id: teamId }: Pick<Team, 'id'>): RequestContext {
  return { ...rest, principal: { ...principal, teamId } };
}

/** One that an operator made for programs may have members and no owner. */
function owns({ members }: Team, { userId }: Person): boolean {
  return members.some((member) => member.userId === userId && member.role === 'owner');
}

function isAlone({ members }: Team): boolean {
  return members.length === 1;
}

function lastOwner(teams: readonly Team[]): MinootsError {
  const detail = `${slugsOf(teams)} would have no owner; make somebody else an owner first, or delete it`;
  return new MinootsError('last_owner', detail, { members: { teams: named(teams) } });
}

function slugsOf(teams: readonly Team[]): string {
  return teams.map(({ slug }) => slug).join(', ');
}

function named(teams: readonly Team[]) {
  return teams.map(({ id, slug, name }) => ({ id, slug, name }));
}
