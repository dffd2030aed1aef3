import { PLANS, type PlanId } from '@minoots/contract';
import { createTeam } from '../../domain/team/create.ts';
import { slugOf } from '../../domain/team/slug.ts';
import type { Team } from '../../domain/team/state.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { idFor } from '../ids.ts';

const MAX_SLUG = 40;
/** Characters that go into a slug whose words another team has. */
const MARK = 6;

/**
 * The team of this id, made where there is none: for operators, who make keys for programs that nobody signs in for. Nobody
 * is in it; its keys can invite people.
 * @param plan what a team that is made begins with
 */
export async function provideTeam(
  { teams, clock }: Pick<Deps, 'teams' | 'clock'>,
  id: string,
  plan: PlanId,
): Promise<Team> {
  const found = await teams.get(id);
  if (found?.deletion !== undefined) throw new MinootsError('not_found', `The team ${id} has been deleted`);
  if (found !== null) return found;
  const name = id.replace(/^team_/, '');
  const terms = { id: plan, historyMs: PLANS[plan].historyMs };
  for (const slug of slugsFor(name, id)) {
    const team = createTeam({ id, slug, name, isPersonal: false, founder: null, plan: terms }, clock.now());
    const message = `Made by an operator, with the slug ${slug}, on the plan ${plan}`;
    const note = { at: team.createdAt, actor: 'service', action: 'team.created', subject: id, message };
    const outcome = await teams.insert(team, [note]);
    if (outcome === 'inserted') return team;
    const known = outcome === 'id-taken' ? await teams.get(id) : null;
    if (known !== null) return known;
  }
  throw new Error(`every slug of ${id} is taken`);
}

function slugsFor(name: string, id: string): string[] {
  const words = slugOf(name);
  const mark = idFor('slug', id, 'operator').slice('slug_'.length).toLowerCase().slice(0, MARK);
  return [words, `${words.slice(0, MAX_SLUG - 1 - MARK).replace(/-+$/, '')}-${mark}`];
}
