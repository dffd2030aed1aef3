import type { Person } from '../../domain/team/commands.ts';
import type { Principal } from '../../ports/authenticator.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/** Most teams that one person is in. */
const MAX_TEAMS = 100;

/** The person who asks. @throws MinootsError `forbidden` when it is a key */
export function requirePerson({ person }: Principal): Person {
  if (person !== null) return person;
  throw new MinootsError('forbidden', 'This is for people: sign in, instead of showing an API key');
}

/** Sees to it that a person can be in one team more. @throws MinootsError `team_full` */
export async function requireRoomFor({ teams }: Pick<Deps, 'teams'>, { userId }: Person): Promise<void> {
  const known = await teams.listOf(userId);
  if (known.length < MAX_TEAMS) return;
  throw new MinootsError(
    'team_full',
    `You are in ${MAX_TEAMS} teams; leave one before you come into another`,
  );
}
