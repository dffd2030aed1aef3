import { ok, type Result, reject } from '../../rejection.ts';
import type { CommandOf, TeamChange } from '../commands.ts';
import type { Team, TeamBilling } from '../state.ts';

/**
 * Takes everything out of a team but its id and what is left to do. Its slug and its domains are free from then on: the id,
 * which no slug can be, stands in the place of the slug.
 */
export function deleteTeam(
  team: Team,
  { confirm, account }: CommandOf<'delete'>,
  now: number,
): Result<TeamChange> {
  if (team.personalOf !== null && account === null)
    return reject('personal_team', 'A personal team goes with the account of its person: DELETE /v1/me');
  if (confirm !== team.slug) {
    return reject('confirmation_mismatch', `is not the slug of the team, which is ${team.slug}`, '?confirm');
  }
  if (isRenewed(team.billing)) {
    const detail = `The team ${team.slug} has a subscription; cancel it first, on the page of POST /v1/billing/portal`;
    return reject('subscription_active', detail);
  }
  const { id, slug, plan, createdAt, updatedAt, version } = team;
  return ok({
    team: {
      ...{ id, slug: id, name: '', personalOf: null, plan, billing: null, members: [], invitations: [] },
      ...{ sso: { domains: [], provider: null }, createdAt, updatedAt, version },
      deletion: { requestedAt: now, lookAt: now, account },
    },
    notes: [{ action: 'team.deleted', subject: id, message: `Deleted the team ${slug}` }],
  });
}

/** Puts off until later what is left to do for a deleted team. */
export function lookAgain(team: Team, { lookAt }: CommandOf<'look-again'>): TeamChange {
  if (team.deletion === undefined) return { team, notes: [] };
  return { team: { ...team, deletion: { ...team.deletion, lookAt } }, notes: [] };
}

/** Whether somebody would go on paying. One that ends by itself is paid for already. */
export function isRenewed(billing: Pick<TeamBilling, 'status' | 'cancels'> | null): boolean {
  return billing !== null && billing.status !== 'ended' && !billing.cancels;
}
