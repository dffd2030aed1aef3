import type { TeamStore } from '../ports/team-store.ts';

/** A store of teams that tells of every change that goes through it, once it is made. */
export function watchedTeams(store: TeamStore, changed: (teamId: string) => void): TeamStore {
  return {
    insert: (team, notes) => store.insert(team, notes),
    async update(teamId, decide) {
      try {
        return await store.update(teamId, decide);
      } finally {
        // Also where it failed: the change may have been made and its answer lost.
        changed(teamId);
      }
    },
    get: (teamId) => store.get(teamId),
    findBySlug: (slug) => store.findBySlug(slug),
    findByInvitation: (tokenHash) => store.findByInvitation(tokenHash),
    findByDomain: (domain) => store.findByDomain(domain),
    listInviting: (email) => store.listInviting(email),
    listDeleted: (until, limit) => store.listDeleted(until, limit),
    listOf: (userId) => store.listOf(userId),
  };
}
