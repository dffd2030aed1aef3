import type { JobType } from '@minoots/contract';

/** Most runners of a team. */
export const MAX_RUNNERS = 200;

/** A runner as it was registered, and when it was heard of last. Instants in epoch ms. */
export interface RunnerRecord {
  id: string;
  name: string;
  labels: string[];
  accepts: JobType[];
  registeredAt: number;
  lastSeenAt: number;
}

/** What a runner says of itself, at `at`. */
export interface Registration extends Pick<RunnerRecord, 'id' | 'name' | 'labels' | 'accepts'> {
  at: number;
  /** Runners that were not heard of since then make room for it where there is none. */
  staleBefore: number;
}

/** The runners of teams. A team has at most `MAX_RUNNERS`; parallel registrations do not pass that either. */
export interface RunnerStore {
  /** All runners of a team, by id. */
  list(teamId: string): Promise<RunnerRecord[]>;

  get(teamId: string, id: string): Promise<RunnerRecord | null>;

  /**
   * Adds a runner, or puts what it says now in the place of what it said before; `registeredAt` stays. Where a new one
   * finds no room, stale ones are forgotten. Durable once resolved with the runner.
   */
  register(teamId: string, registration: Registration): Promise<RunnerRecord | 'too-many'>;

  /** Notes when a runner was heard of. Nothing happens where there is no such runner. */
  seen(teamId: string, id: string, at: number): Promise<void>;

  /** Removes a runner, and gives what was known of it; null when there is none. Durable once resolved. */
  delete(teamId: string, id: string): Promise<RunnerRecord | null>;
}
