import type { CommandOf, TeamChange } from '../commands.ts';
import type { Team } from '../state.ts';
import { setPlan } from './set-plan.ts';

/**
 * Takes in what the payment service says of the subscription, and gives the team the plan that it pays for. An answer older
 * than the one before changes nothing, nor does the end of a subscription that another has followed. A plan that an
 * operator has set outlasts the end of a subscription.
 */
export function noteBilling(
  team: Team,
  { actor, billing, plan, graceMs }: CommandOf<'note-billing'>,
  now: number,
): TeamChange {
  const known = team.billing;
  const isOlder = known !== null && billing.observedAt < known.observedAt;
  const isFollowed =
    known !== null &&
    known.subscriptionId !== billing.subscriptionId &&
    known.status !== 'ended' &&
    billing.status === 'ended';
  if (isOlder || isFollowed) return { team, notes: [] };
  const noted = { ...team, billing };
  if (billing.status === 'ended' && team.plan.setBy === 'admin') return { team: noted, notes: [] };
  return setPlan(noted, { type: 'set-plan', actor, plan, setBy: 'billing', graceMs }, now);
}
