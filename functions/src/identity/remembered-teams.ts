import {
  type Clock,
  People,
  type Person,
  personalTeamId,
  RequiredSignOn,
  TeamPlans,
  type TeamStore,
  watchedTeams,
} from '@minoots/core';
import type { Firestore } from 'firebase-admin/firestore';
import { FirestoreTeamStore, HISTORY_MEMORY_MS } from '../stores/firestore-team-store.ts';

export interface RememberedTeamsOptions {
  firestore: Firestore;
  clock: Clock;
  /** How long the enterprise plan keeps a timer once it has ended, in ms. */
  enterpriseHistoryMs: number;
  /** Whether teams can have single sign-on. */
  sso: boolean;
  /** Makes the personal team of somebody who comes for the first time. */
  welcome: (person: Person) => Promise<unknown>;
}

/** The teams of the database, and what a process remembers of them, which it forgets with each change that it makes itself. */
export function rememberedTeams(options: RememberedTeamsOptions) {
  const stored = new FirestoreTeamStore(options.firestore);
  const { enterpriseHistoryMs, clock } = options;
  const plansFor = (memory: { rememberMs?: number; elapsed?: Clock }) =>
    new TeamPlans({ teams: stored, enterpriseHistoryMs, ...memory });
  const plans = plansFor({});
  // Remembered for longer: what a plan then keeps for another time is told it by the purge.
  const histories = plansFor({ rememberMs: HISTORY_MEMORY_MS, elapsed: clock });
  const people = new People({ teams: stored, homeOf: personalTeamId, welcome: options.welcome });
  const signOn = options.sso ? new RequiredSignOn({ teams: stored }) : null;
  const teams: TeamStore = watchedTeams(stored, (teamId) => {
    for (const memory of [people, plans, histories]) memory.forget(teamId);
    signOn?.forget();
  });
  return {
    teams,
    people,
    plans,
    /** The plans as those see them that keep history. */
    histories,
    /** The plans as they are, with nothing remembered. */
    freshPlans: () => plansFor({ rememberMs: 0 }),
    signOn,
  };
}
