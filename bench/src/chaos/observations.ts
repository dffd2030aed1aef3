import type { PlannedJob, Work } from './jobs.ts';

/** Everything that a chaos run saw from outside; the checker judges nothing else. Instants are epoch ms. */
export interface Observations {
  readonly timers: readonly TimerObservation[];
  readonly arrivals: readonly Arrival[];
  readonly work: Work;
  /** Answers that no request of the run should get, in words. */
  readonly surprises: readonly string[];
}

/** One timer: what the service had acknowledged of it, and what it says of it at the end. */
export interface TimerObservation {
  readonly id: string;
  /** Which create request of the plan it came from. */
  readonly origin: number;
  /** What it was to have a runner do. */
  readonly job: PlannedJob | null;
  /** Whether a client got the answer that it exists; otherwise it is known by its webhook alone. */
  readonly acknowledged: Acknowledged | null;
  /** Null: the service does not know it. */
  readonly end: TimerEnd | null;
}

/** The latest state that an answer showed. */
export interface Acknowledged {
  readonly generation: number;
  /** Null while paused. */
  readonly fireAt: number | null;
  readonly cancelled: boolean;
}

/** The timer as read when everything was over. */
export interface TimerEnd {
  readonly status: string;
  readonly generation: number;
  readonly fireAt: number | null;
  readonly startedAt: number | null;
  /** Ids of the timers that it was to wait for. */
  readonly dependsOn: readonly string[];
  /** Its deliveries that are for runners. */
  readonly jobs: readonly { readonly id: string; readonly status: string }[];
  /** Its `timer.fired` log entries. */
  readonly fires: readonly { readonly generation: number | null; readonly at: number }[];
}

/** One webhook request that reached the receiver. */
export interface Arrival {
  readonly origin: number;
  readonly timerId: string;
  readonly webhookId: string;
  readonly at: number;
  /** Why the signature does not hold; null when it does. */
  readonly signatureError: string | null;
}
