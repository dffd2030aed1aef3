import { type CreateTeamRequest, PLANS } from '@minoots/contract';
import { createTeam } from '../../domain/team/create.ts';
import { slugOf } from '../../domain/team/slug.ts';
import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { idFor } from '../ids.ts';
import { slugTaken } from './change.ts';
import { foundingNote } from './founding.ts';
import { requirePerson, requireRoomFor } from './person.ts';

const MAX_SLUG = 40;
/** Characters of the id that go into a slug whose words another team has. */
const MARK = 6;

/**
 * Founds a team, with the person who asks as its owner. A repeat with the same idempotency key finds the team that the
 * first request made, and makes no other where that has been deleted.
 * @throws MinootsError `forbidden` for a key, `team_full`, `slug_taken`, `not_found` for a repeat after the team was deleted
 */
export async function foundTeam(
  deps: Pick<Deps, 'teams' | 'clock' | 'random' | 'startPlan'>,
  { principal, commandId }: RequestContext,
  { name, slug }: CreateTeamRequest,
): Promise<Team> {
  const founder = requirePerson(principal);
  await requireRoomFor(deps, founder);
  const { teams, clock, random, startPlan } = deps;
  const id = commandId === undefined ? `team_${random.id()}` : idFor('team', founder.userId, commandId);
  const plan = { id: startPlan, historyMs: PLANS[startPlan].historyMs };
  for (const candidate of slug === undefined ? slugsFor(name, id) : [slug]) {
    const parts = { id, slug: candidate, name, isPersonal: false, founder, plan };
    const team = createTeam(parts, clock.now());
    const outcome = await teams.insert(team, [foundingNote(team, founder.userId)]);
    if (outcome === 'inserted') return team;
    const known = outcome === 'id-taken' ? await teams.get(id) : null;
    // The request was carried out; the answer that would be true is of a team that is not there any more.
    if (known?.deletion !== undefined)
      throw new MinootsError('not_found', `The team ${id}, which the first request made, has been deleted`);
    if (known !== null) return known;
  }
  throw slugTaken();
}

/** The words of the name, and those with a mark that no other team has. */
function slugsFor(name: string, id: string): string[] {
  const words = slugOf(name);
  const mark = id.slice('team_'.length).toLowerCase().slice(0, MARK);
  return [words, `${words.slice(0, MAX_SLUG - 1 - MARK).replace(/-+$/, '')}-${mark}`];
}
