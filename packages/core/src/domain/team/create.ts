import type { PlanId } from '@minoots/contract';
import type { Person } from './commands.ts';
import type { Team } from './state.ts';

/** What makes a team; ids are given, never made here. */
export interface NewTeam {
  id: string;
  slug: string;
  name: string;
  /** Whether the founder's first sign-in makes it. */
  isPersonal: boolean;
  founder: Person;
  plan: { id: PlanId; historyMs: number };
}

/** A team with its founder as its owner. */
export function createTeam({ id, slug, name, isPersonal, founder, plan }: NewTeam, now: number): Team {
  const { userId, email } = founder;
  return {
    id,
    slug,
    name,
    personalOf: isPersonal ? userId : null,
    plan: { ...plan, setBy: 'default', since: now, grace: null },
    billing: null,
    members: [{ userId, email, name: founder.name, role: 'owner', joinedAt: now }],
    invitations: [],
    sso: { domains: [], provider: null },
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}
