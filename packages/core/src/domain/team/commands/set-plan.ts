import type { CommandOf, TeamChange } from '../commands.ts';
import { historyMsOf } from '../plan.ts';
import type { Team } from '../state.ts';

/** Puts a team on a plan. History that the plan before kept for longer stays for `graceMs` at least. */
export function setPlan(
  team: Team,
  { plan: { id, historyMs }, setBy, graceMs }: CommandOf<'set-plan'>,
  now: number,
): TeamChange {
  const before = team.plan;
  if (before.id === id && before.historyMs === historyMs) {
    return before.setBy === setBy
      ? { team, notes: [] }
      : { team: { ...team, plan: { ...before, setBy } }, notes: [] };
  }
  const keptMs = historyMsOf(before, now);
  const grace = historyMs < keptMs ? { historyMs: keptMs, until: now + graceMs } : null;
  // Tells which of two limits is the later one, even if they were set at once.
  const since = Math.max(now, before.since + 1);
  const message =
    before.id === id ? 'Changed how long history is kept' : `Changed the plan from ${before.id} to ${id}`;
  return {
    team: { ...team, plan: { id, setBy, since, historyMs, grace } },
    notes: [{ action: 'team.plan_changed', subject: team.id, message }],
  };
}
