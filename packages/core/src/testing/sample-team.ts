import { PLANS } from '@minoots/contract';
import type { Person } from '../domain/team/commands.ts';
import { createTeam, type NewTeam } from '../domain/team/create.ts';
import type { Invitation, Team } from '../domain/team/state.ts';

/** When sample teams are founded, in epoch ms. */
export const FOUNDED_AT = Date.UTC(2030, 0, 1);
let count = 0;

/** A person whose email address is theirs, by the name that it begins with. */
export function samplePerson(name: string, fields: Partial<Person> = {}): Person {
  return {
    userId: `usr_${name}`,
    email: `${name}@example.com`,
    emailVerified: true,
    name: null,
    ...fields,
  };
}

/** A team that `ann` has founded; any field may be given. */
export function sampleTeam(fields: Partial<NewTeam> = {}, now = FOUNDED_AT): Team {
  const number = ++count;
  return createTeam(
    {
      id: `team_sample${number}`,
      slug: `sample-${number}`,
      name: 'Sample',
      isPersonal: false,
      founder: samplePerson('ann'),
      plan: { id: 'pro', historyMs: PLANS.pro.historyMs },
      ...fields,
    },
    now,
  );
}

/** An invitation of `<name>@example.com` for a week, whose token has the hash `hash of <name>`. */
export function sampleInvitation(name: string, fields: Partial<Invitation> = {}): Invitation {
  return {
    id: `inv_${name}`,
    email: `${name}@example.com`,
    role: 'member',
    tokenHash: `hash of ${name}`,
    invitedBy: 'usr_ann',
    invitedAt: FOUNDED_AT,
    expiresAt: FOUNDED_AT + 604_800_000,
    ...fields,
  };
}
