import type { JsonObject } from '@minoots/contract';
import type { RunnerSkills } from '../runner.ts';
import type { When } from '../when.ts';
import type { Attempt, NewLogEntry, OutboxItem, ParentOutcome, Timer } from './state.ts';

/** What was judged of a timer's conditions at the moment of firing. */
export interface ConditionVerdict {
  met: boolean;
  reason: string;
}

/** Fields that may change without touching the clock; an absent one stays. */
export interface TimerChanges {
  name?: string;
  agentId?: string | null;
  labels?: Record<string, string>;
  metadata?: JsonObject | null;
}

/** What was learned from one attempt. `retryAfterMs` is the receiver's wish; `jitter` is from -1 to 1. */
export interface AttemptOutcome {
  deliveryNumber: number;
  attempt: Attempt;
  retryAfterMs: number | null;
  jitter: number;
}

/** One attempt at a job, as the runner that holds its lease names it. */
export interface HeldJob {
  deliveryNumber: number;
  attempt: number;
  runnerId: string;
}

/** How a runner says that an attempt went. */
export interface JobReport {
  outcome: 'succeeded' | 'failed' | 'refused';
  durationMs: number;
  exitCode: number | null;
  error: string | null;
  /** The end of what it wrote; null when that is nothing. */
  output: string | null;
}

/** An attempt that is not made because its endpoint is paused. Instants in epoch ms. */
export interface PostponedAttempt {
  deliveryNumber: number;
  attempt: number;
  endpointId: string;
  /** When the pause began. */
  pausedAt: number;
  /** When to ask again; null: when the endpoint has resumed. */
  until: number | null;
  /** For the log. */
  reason: string;
}

/** What a parent did, and when, in epoch ms; absent where that is not known, as of one that is gone. */
export interface ParentNews {
  parentId: string;
  outcome: ParentOutcome;
  at?: number;
}

/** `isMetered`: its fires are counted, so that it cannot fire with the same change. */
export interface SettleParentCommand extends ParentNews {
  type: 'settle-parent';
  isMetered?: boolean;
}

export type TimerCommand =
  | WakeCommand
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'extend'; byMs: number }
  | { type: 'reschedule'; when: When }
  | { type: 'touch' }
  | { type: 'fire-now' }
  | { type: 'cancel' }
  | { type: 'end-line' }
  | UpdateCommand
  | ({ type: 'record-outcome' } & AttemptOutcome)
  | LeaseJobsCommand
  | ({ type: 'renew-job'; leaseMs: number } & HeldJob)
  | ({ type: 'complete-job'; report: JobReport; jitter: number } & HeldJob)
  | ({ type: 'release-job'; reason: string } & HeldJob)
  | { type: 'give-up-jobs' }
  | ({ type: 'postpone' } & PostponedAttempt)
  | { type: 'release'; endpointId: string; at: number; isProbe: boolean }
  | { type: 'note'; entry: NewLogEntry }
  | { type: 'redeliver'; deliveryNumber: number }
  | { type: 'redeliver-many'; deliveryNumbers: readonly number[] }
  | SettleParentCommand
  | { type: 'count'; against: readonly string[] }
  | { type: 'look-again' }
  | { type: 'expect-dependents' }
  | { type: 'parents-checked' }
  | { type: 'clear-outbox'; untilVersion: number };

/**
 * An alarm went off: do whatever is due. `verdict` is needed where the timer has conditions and is about to fire, and
 * `unfit` where the plan of a schedule or a message has made it: why it shall not run, or null. `throttle` puts a fire off.
 * `abandonLeases` says that no attempt can be under way any more (the only process that could hold one has restarted).
 */
export interface WakeCommand {
  type: 'wake';
  generation: number;
  verdict?: ConditionVerdict;
  unfit?: string | null;
  throttle?: Throttle;
  /** Why it is skipped instead of firing: the limits that it would count against have no room. */
  noRoom?: string;
  /** What it counts against if it is to fire; absent where that stays. */
  countAgainst?: readonly string[];
  abandonLeases?: boolean;
}

/** Why a fire is put off, and until when, in epoch ms. */
export interface Throttle {
  until: number;
  reason: string;
}

/** `countAgainst`: what the timer counts against with its new agent; absent where that stays. */
export interface UpdateCommand {
  type: 'update';
  changes: TimerChanges;
  countAgainst?: readonly string[];
}

/** A runner asks for jobs: put back what other runners have lost, and give it those that it may take. */
export interface LeaseJobsCommand {
  type: 'lease-jobs';
  runner: { id: string } & RunnerSkills;
  /** At most so many. */
  limit: number;
  /** How long it holds them unless it renews the lease. */
  leaseMs: number;
}

/** What follows from a change, as data. Performed after the commit; each is harmless when performed twice. */
export type Effect =
  | { type: 'arm'; at: number; generation: number }
  | { type: 'disarm'; at: number; generation: number }
  | { type: 'deliver'; deliveryNumber: number; attempt: number }
  | { type: 'check-parents' }
  | { type: 'tell-others'; items: readonly OutboxItem[] }
  | { type: 'notify'; entry: NewLogEntry };

/** A command's own part of a change; `transition` adds what follows from every change. */
export interface Change {
  timer: Timer;
  entries: NewLogEntry[];
  effects?: Effect[];
}
