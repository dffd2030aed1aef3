import { ok, type Result } from '../../rejection.ts';
import type { CommandOf, TeamChange } from '../commands.ts';
import type { Team } from '../state.ts';

/** Gives a team another name or slug; that no other team has the slug is the store's to see to. */
export function update(
  team: Team,
  { name = team.name, slug = team.slug }: CommandOf<'update'>,
): Result<TeamChange> {
  if (name === team.name && slug === team.slug) return ok({ team, notes: [] });
  const message = `Named ${name}, with the slug ${slug}`;
  return ok({
    team: { ...team, name, slug },
    notes: [{ action: 'team.updated', subject: team.id, message }],
  });
}
