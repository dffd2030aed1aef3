import type { PlanId } from '@minoots/contract';
import type { Person } from './commands.ts';
import type { Member, Team } from './state.ts';

/** What makes a team; ids are given, never made here. */
export interface NewTeam {
  id: string;
  slug: string;
  name: string;
  /** Whether the founder's first sign-in makes it. */
  isPersonal: boolean;
  /** Null where an operator makes it for programs: nobody is in it. */
  founder: Person | null;
  plan: { id: PlanId; historyMs: number };
}

/** A team with its founder as its owner, if it has one. */
export function createTeam({ id, slug, name, isPersonal, founder, plan }: NewTeam, now: number): Team {
  return {
    id,
    slug,
    name,
    personalOf: isPersonal ? (founder?.userId ?? null) : null,
    plan: { ...plan, setBy: 'default', since: now, grace: null },
    billing: null,
    members: founder === null ? [] : [ownerOf(founder, now)],
    invitations: [],
    sso: { domains: [], provider: null },
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

function ownerOf({ userId, email, name }: Person, joinedAt: number): Member {
  return { userId, email, name, role: 'owner', joinedAt };
}
