import type { ApiKey } from '../../domain/api-key/state.ts';
import type { Team } from '../../domain/team/state.ts';
import type { Budget } from '../../ports/budget-store.ts';
import type { ContextEntry } from '../../ports/context-store.ts';
import type { RunnerRecord } from '../../ports/runner-store.ts';
import type { SecretEntry } from '../../ports/secret-store.ts';
import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { getTeam } from '../teams/get.ts';

/** What has pages of its own, by the path that gives it. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'timers and schedules that have not ended': '/v1/export',
  'all timers': '/v1/timers',
  'all schedules': '/v1/schedules',
  'timers that other teams share': '/v1/timers?shared=only',
  deliveries: '/v1/deliveries',
  'messages to the team': '/v1/inbox?all=true',
  'messages to an agent': '/v1/agents/{agent_id}/inbox?all=true',
  endpoints: '/v1/endpoints',
  'who changed what': '/v1/audit-log',
};

export interface TeamData {
  team: Team;
  apiKeys: ApiKey[];
  context: ContextEntry[];
  secrets: SecretEntry[];
  runners: RunnerRecord[];
  budgets: Budget[];
}

/** What is kept of the team, but for what has pages of its own. No key and no value of a secret is in it. */
export async function readTeamData(
  deps: Pick<
    Deps,
    'teams' | 'apiKeys' | 'context' | 'namedSecrets' | 'runners' | 'budgets' | 'audit' | 'clock'
  >,
  ctx: RequestContext,
): Promise<TeamData> {
  const { teamId } = ctx.principal;
  const [team, apiKeys, context, secrets, runners, budgets] = await Promise.all([
    getTeam(deps, ctx),
    deps.apiKeys.list(teamId),
    deps.context.list(teamId),
    deps.namedSecrets.list(teamId),
    deps.runners.list(teamId),
    deps.budgets.list(teamId),
  ]);
  await note(deps, ctx, {
    action: 'team.exported',
    subject: teamId,
    message: 'Took what is kept of the team along',
  });
  return { team, apiKeys, context, secrets, runners, budgets };
}
