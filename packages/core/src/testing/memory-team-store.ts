import { OPERATORS_PLAN } from '../app/plans/operators-plan.ts';
import { verifiedDomains } from '../domain/team/domains.ts';
import { withoutPerson } from '../domain/team/leaving-person.ts';
import type { AuditNote, Team } from '../domain/team/state.ts';
import type { ActorsEntry, AuditEntry, AuditLog } from '../ports/audit-log.ts';
import type { DeletedTeams } from '../ports/deleted-teams.ts';
import type { Plans } from '../ports/plans.ts';
import { DomainTaken, SlugTaken, type TeamStore } from '../ports/team-store.ts';
import { InvalidPosition } from '../ports/timer-store.ts';

const MOST_TEAMS = 100;

/** For tests: teams, their plans and their audit log, in memory. A team that is not there is on enterprise. */
export function memoryTeamStore(): {
  teams: TeamStore;
  plans: Plans;
  deletedTeams: DeletedTeams;
  audit: AuditLog;
} {
  const teams = new Map<string, Team>();
  const log = new Map<string, AuditEntry[]>();
  const all: ActorsEntry[] = [];
  const find = (isIt: (team: Team) => boolean) => [...teams.values()].find(isIt) ?? null;
  const append = (teamId: string, notes: readonly AuditNote[]) => {
    const entries = log.get(teamId) ?? [];
    const added = notes.map((note, index) => ({ ...note, id: `${entries.length + index}` }));
    log.set(teamId, [...entries, ...added]);
    all.push(...added.map((entry) => ({ ...entry, teamId })));
  };
  return {
    teams: {
      async insert(team, notes) {
        if (teams.has(team.id)) return 'id-taken';
        if (find(({ slug }) => slug === team.slug) !== null) return 'slug-taken';
        teams.set(team.id, team);
        append(team.id, notes);
        return 'inserted';
      },
      async update(teamId, decide) {
        const { save, remove, notes = [], result } = decide(teams.get(teamId) ?? null);
        const rival = save && find(({ id, slug }) => slug === save.slug && id !== teamId);
        if (rival) throw new SlugTaken(`${rival.id} has the slug ${rival.slug}`);
        const domains = save === undefined ? [] : verifiedDomains(save);
        const other = find(
          (team) => team.id !== teamId && verifiedDomains(team).some((name) => domains.includes(name)),
        );
        if (other !== null) throw new DomainTaken(`${other.id} has one of ${domains.join(', ')}`);
        if (save !== undefined) teams.set(teamId, save);
        else if (remove === true) teams.delete(teamId);
        append(teamId, notes);
        return result;
      },
      get: async (teamId) => teams.get(teamId) ?? null,
      findBySlug: async (slug) => find((team) => team.slug === slug),
      findByDomain: async (domain) => find((team) => verifiedDomains(team).includes(domain)),
      findByInvitation: async (hash) =>
        find(({ invitations }) => invitations.some(({ tokenHash }) => tokenHash === hash)),
      listInviting: async (email) =>
        [...teams.values()].filter(({ invitations }) => invitations.some((each) => each.email === email)),
      listDeleted: async (until, limit) =>
        [...teams.values()]
          .filter(({ deletion }) => deletion !== undefined && deletion.lookAt <= until)
          .sort((one, other) => (one.deletion?.lookAt ?? 0) - (other.deletion?.lookAt ?? 0))
          .slice(0, limit),
      listOf: async (userId) =>
        [...teams.values()]
          .filter(({ members }) => members.some((member) => member.userId === userId))
          .sort((one, other) => one.createdAt - other.createdAt)
          .slice(0, MOST_TEAMS),
    },
    deletedTeams: { isDeleted: async (teamId) => teams.get(teamId)?.deletion !== undefined },
    plans: { of: async (teamId) => teams.get(teamId)?.plan ?? OPERATORS_PLAN },
    audit: {
      append: async (teamId, notes) => append(teamId, notes),
      list: async (teamId, limit, after) => pageOf(log.get(teamId) ?? [], limit, after),
      listOf: async (actor, limit, after) =>
        pageOf(
          all.filter((entry) => entry.actor === actor),
          limit,
          after,
        ),
      async pseudonymiseSome(person, limit, after = '0') {
        const end = Number(after) + limit;
        const looked = all.slice(Number(after), end);
        const ofTeams = looked.flatMap(
          ({ teamId, id }) => log.get(teamId)?.filter((entry) => entry.id === id) ?? [],
        );
        for (const entry of [...looked, ...ofTeams]) Object.assign(entry, withoutPerson(entry, person));
        return end < all.length ? String(end) : null;
      },
    },
  };
}

function pageOf<E>(entries: readonly E[], limit: number, after: string | undefined) {
  if (after !== undefined && !/^\d{1,9}$/.test(after))
    throw new InvalidPosition(`${after} is not a position in the audit log`);
  const end = after === undefined ? entries.length : Number(after);
  const start = Math.max(0, end - limit);
  return { entries: entries.slice(start, end).reverse(), next: start > 0 ? String(start) : null };
}
