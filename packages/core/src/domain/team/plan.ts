import type { TeamChange, TeamCommand } from './commands.ts';
import type { Team, TeamPlan } from './state.ts';

/** Puts a team on a plan. History that the plan before kept for longer stays for `graceMs` at least. */
export function setPlan(
  team: Team,
  { plan: { id, historyMs }, setBy, graceMs }: Extract<TeamCommand, { type: 'set-plan' }>,
  now: number,
): TeamChange {
  const before = team.plan;
  if (before.id === id) {
    return before.setBy === setBy
      ? { team, notes: [] }
      : { team: { ...team, plan: { ...before, setBy } }, notes: [] };
  }
  const keptMs = historyMsOf(before, now);
  const grace = historyMs < keptMs ? { historyMs: keptMs, until: now + graceMs } : null;
  const message = `Changed the plan from ${before.id} to ${id}`;
  return {
    team: { ...team, plan: { id, setBy, since: now, historyMs, grace } },
    notes: [{ action: 'team.plan_changed', subject: team.id, message }],
  };
}

/** How long a timer is kept once it has ended, in ms: as the plan has it, and longer for a while after a change to a smaller one. */
export function historyMsOf({ historyMs, grace }: TeamPlan, now: number): number {
  return grace !== null && grace.until > now ? Math.max(historyMs, grace.historyMs) : historyMs;
}
