import { PLANS } from '@minoots/contract';
import type { Person } from '../../domain/team/commands.ts';
import { createTeam } from '../../domain/team/create.ts';
import { slugOf } from '../../domain/team/slug.ts';
import type { Team } from '../../domain/team/state.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { idFor } from '../ids.ts';
import { foundingNote } from './founding.ts';

/** How many characters of the id go into the slug: more where others have that slug. */
const MARKS = [6, 22];
const MAX_SLUG = 40;

/** The id of the team that a person has to themselves: always the same, so that first requests in parallel make one. */
export function personalTeamId({ userId }: Pick<Person, 'userId'>): string {
  return idFor('team', 'personal', userId);
}

/** The team that a person has to themselves, made where it does not exist. */
export async function welcomePerson(
  { teams, clock, startPlan }: Pick<Deps, 'teams' | 'clock' | 'startPlan'>,
  person: Person,
): Promise<Team> {
  const id = personalTeamId(person);
  const now = clock.now();
  const name = person.name ?? (person.email.split('@')[0] || 'Personal');
  const plan = { id: startPlan, historyMs: PLANS[startPlan].historyMs };
  for (const length of MARKS) {
    const mark = id.slice('team_'.length).toLowerCase().slice(0, length);
    const words = slugOf(name).slice(0, MAX_SLUG - 1 - length);
    const slug = `${words.replace(/-+$/, '')}-${mark}`;
    const team = createTeam({ id, slug, name, isPersonal: true, founder: person, plan }, now);
    const outcome = await teams.insert(team, [foundingNote(team, person.userId)]);
    if (outcome === 'inserted') return team;
    const known = outcome === 'id-taken' ? await teams.get(id) : null;
    // By an ID token that was made before: nobody is to come back by it who has just asked to be forgotten.
    if (known?.deletion !== undefined)
      throw new MinootsError('not_found', 'The account has been deleted; begin anew in some hours');
    if (known !== null) return known;
  }
  throw new Error(`every slug of the personal team ${id} is taken`);
}
