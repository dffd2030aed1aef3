const HOUR_MS = 3_600_000;
const AGENT = 'agent:';

/** A span of time that is counted by itself, in epoch ms; the end is not part of it. */
export interface Window {
  startsAt: number;
  endsAt: number;
}

/** The counter of an agent's active timers. */
export function agentCounter(agentId: string): string {
  return AGENT + agentId;
}

/** The agent whose timers a counter counts; null for other counters. */
export function agentOf(counter: string): string | null {
  return counter.startsWith(AGENT) ? counter.slice(AGENT.length) : null;
}

/** The counter of all active timers of a team, where its plan limits them. */
export const TEAM_COUNTER = 'team';

/** The counter of what an agent fires. */
export function firesCounter(agentId: string): string {
  return `fires:${agentId}`;
}

/** The hour of the clock that an instant is in. */
export function hourOf(now: number): Window {
  const startsAt = Math.floor(now / HOUR_MS) * HOUR_MS;
  return { startsAt, endsAt: startsAt + HOUR_MS };
}
