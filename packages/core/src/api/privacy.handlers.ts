import type { Deps } from '../app/deps.ts';
import { readMyData } from '../app/privacy/my-data.ts';
import { ELSEWHERE, readTeamData } from '../app/privacy/team-data.ts';
import { toWireApiKey } from '../wire/api-key.ts';
import { toWireBilling } from '../wire/billing.ts';
import { toWireBudget } from '../wire/budget.ts';
import { toWireRunner } from '../wire/runner.ts';
import { toWireSso } from '../wire/sso.ts';
import { toWireAuditEntry, toWireInvitation, toWireMember, toWireTeam } from '../wire/team.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations that give people and teams what is kept of them. */
export function privacyHandlers(deps: Deps): Pick<Handlers, 'getMyData' | 'getTeamData'> {
  return {
    async getMyData({ ctx, query }) {
      const { person, memberships, invitations, audit, nextCursor } = await readMyData(deps, ctx, query);
      const { userId, email, name } = person;
      return {
        body: {
          user_id: userId,
          email: email === '' ? null : email,
          name,
          memberships: memberships.map(({ team, member }) => ({
            team: toWireTeam(team, userId),
            member: toWireMember(member),
          })),
          invitations: invitations.map(({ team: { id, slug, name }, invitation }) => ({
            team: { id, slug, name },
            invitation: toWireInvitation(invitation),
          })),
          audit: audit.map((entry) => ({ ...toWireAuditEntry(entry), team_id: entry.teamId })),
          next_cursor: nextCursor,
        },
      };
    },
    async getTeamData({ ctx }) {
      const { team, apiKeys, context, secrets, runners, budgets } = await readTeamData(deps, ctx);
      const now = deps.clock.now();
      return {
        body: {
          team: toWireTeam(team, ctx.principal.id),
          members: team.members.map(toWireMember),
          invitations: team.invitations.map(toWireInvitation),
          api_keys: apiKeys.map((key) => toWireApiKey(key, now)),
          context: context.map(({ key, value, updatedAt }) => ({
            key,
            value,
            updated_at: toInstant(updatedAt),
          })),
          secrets: secrets.map(({ name, createdAt, updatedAt }) => ({
            name,
            created_at: toInstant(createdAt),
            updated_at: toInstant(updatedAt),
          })),
          runners: runners.map((runner) => toWireRunner(runner, now)),
          budgets: budgets.map(toWireBudget),
          sso: toWireSso(team.sso),
          billing: toWireBilling(team),
          elsewhere: { ...ELSEWHERE },
        },
      };
    },
  };
}
