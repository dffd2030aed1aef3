import type { Person } from '../../domain/team/commands.ts';
import { domainOf, judgeSignIn, type SignInVerdict } from '../../domain/team/sign-in.ts';
import { transition } from '../../domain/team/transition.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TeamStore } from '../../ports/team-store.ts';
import { unwrap } from '../errors.ts';

/** What admitting people takes. */
export interface AdmitDeps {
  teams: TeamStore;
  clock: Clock;
}

/** Whether somebody may sign in, or sign up, by these means. @param email null where the means gave none */
export async function judge(
  { teams }: Pick<AdmitDeps, 'teams'>,
  email: string | null,
  providerId: string,
): Promise<SignInVerdict> {
  const owner = email === null ? null : await teams.findByDomain(domainOf(email));
  return judgeSignIn({ email, providerId }, owner);
}

/**
 * Whether a person may sign in by these means. Whom single sign-on brings is a member of the team from then on, with the
 * role that it gives; one who is a member already stays what they are.
 */
export async function admit(deps: AdmitDeps, person: Person, providerId: string): Promise<SignInVerdict> {
  const email = person.email === '' ? null : person.email;
  const verdict = await judge(deps, email, providerId);
  if (!verdict.allowed || verdict.joins === null) return verdict;
  const { id, members } = verdict.joins;
  if (members.some(({ userId }) => userId === person.userId)) return verdict;
  await deps.teams.update(id, (team) => {
    const provider = team?.sso.provider ?? null;
    // Ended in between: the person has signed in, and is no member.
    if (team === null || provider === null) return { result: null };
    const command = { type: 'provision' as const, actor: provider.id, person, role: provider.defaultRole };
    const changed = unwrap(transition(team, command, deps.clock.now()));
    return changed.team === team
      ? { result: null }
      : { save: changed.team, notes: changed.notes, result: null };
  });
  return verdict;
}
