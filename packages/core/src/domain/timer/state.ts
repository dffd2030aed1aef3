import type {
  DeliveryStatus,
  EventType,
  JsonObject,
  TimerStatus,
  Attempt as WireAttempt,
} from '@minoots/contract';
import type { Action } from '../action.ts';
import type { RetryPolicy } from '../retry.ts';

/** Entries a timer keeps of its own history; the oldest but the first few make room. */
export const MAX_LOG_ENTRIES = 100;
/** Attempts a delivery keeps; the oldest make room. */
export const MAX_ATTEMPTS_KEPT = 30;
/** Attempts that the deliveries of a timer keep in all, as long as that is one each. */
export const MAX_ATTEMPTS_OF_TIMER = 300;
/** Deliveries at which those of failures and progress make room once they are over. Expiry and progress make up to 110. */
export const MAX_DELIVERIES = 150;
/** Deliveries under way at which none is opened again, because each failure that follows adds some. */
export const MAX_UNDER_WAY = 100;
/** Ids of the latest commands, kept so that a repeated request changes nothing. */
export const MAX_RECENT_COMMANDS = 8;

/** One try at a delivery. Instants in epoch ms. */
export interface Attempt {
  number: number;
  at: number;
  durationMs: number;
  outcome: WireAttempt['outcome'];
  responseStatus: number | null;
  responseBody: string | null;
  error: string | null;
  /** Of a command that ended by itself; absent otherwise. */
  exitCode?: number;
  /** Absent where the service made the attempt itself. */
  runnerId?: string;
}

/** What sets actions off: the time being up, a cancellation, a failed delivery, a share of the time having passed. */
export type Trigger = 'expire' | 'cancel' | 'failure' | 'progress';

/** What a timer does, by what sets it off. */
export interface EventActions {
  expire: Action[];
  cancel: Action[];
  failure: Action[];
  /** At shares of the span, above 0 and below 1, in rising order. */
  progress: { shares: number[]; actions: Action[] } | null;
}

/**
 * That a delivery had to wait because its endpoint was paused. `held`: it goes out when the endpoint resumes, or at the
 * very end; `released`: it has been told to go; `over`: an attempt has been made since.
 */
export interface Postponement {
  status: 'held' | 'released' | 'over';
  endpointId: string;
  /** Which pause it was, by its instant, epoch ms. */
  pausedAt: number;
  /** When the first attempt was put off after the last one that was made, epoch ms. */
  since: number;
  /** How long it had been postponed before that, in ms. */
  beforeMs: number;
}

/** One action on its way. */
export interface Delivery {
  /** 1, 2, … in the order in which they came up. */
  number: number;
  trigger: Trigger;
  /** The share of the span that set it off; null but for `progress`. */
  share: number | null;
  action: Action;
  status: DeliveryStatus;
  /** Attempts made over all rounds. */
  attemptCount: number;
  /** Attempts made before the current round; a redelivery starts a round. */
  roundStart: number;
  attempts: Attempt[];
  /** When the next attempt is due; null unless pending. */
  nextAttemptAt: number | null;
  /** Since when it waits for a runner; absent unless queued. */
  queuedAt?: number;
  /** Until when it waits in place of its end, which passed while the service was off; absent but then. Epoch ms. */
  graceUntil?: number;
  /** The attempt under way and when it counts as lost; null unless delivering. */
  lease: Lease | null;
  /** Absent unless it has been postponed since it was opened. */
  postponement?: Postponement;
}

/** An attempt under way. */
export interface Lease {
  attempt: number;
  startedAt: number;
  /** When it counts as lost. */
  until: number;
  /** Which runner makes it; absent where the service does. */
  runnerId?: string;
}

/** Something that happened to a timer; also what its event stream carries. */
export interface NewLogEntry {
  at: number;
  type: EventType;
  message: string;
  data?: JsonObject;
}

/** An entry of the timer's history, with the version of the timer that it came with. */
export interface LogEntry extends NewLogEntry {
  version: number;
}

/**
 * What a parent did: fired, or fired with all actions delivered (`succeeded`) or not (`undelivered`), or ended without
 * firing (`failed`).
 */
export type ParentOutcome = 'fired' | 'succeeded' | 'undelivered' | 'failed';

/** What a timer waits for before its clock starts. */
export interface Dependencies {
  /** `at`: when the outcome came about, in epoch ms; absent where that was before the timer was made, or is not known. */
  parents: { id: string; outcome: ParentOutcome | null; at?: number }[];
  when: 'fired' | 'succeeded';
  onFailure: 'cancel' | 'start';
  /**
   * Since when the parents have to be looked at once more, because one may have ended while this timer was being stored;
   * null once that is done.
   */
  uncheckedSince: number | null;
}

/** How a timer came to be made by another one. */
export interface Lineage {
  /** The first of the line. */
  rootId: string;
  /** The timer whose action made this one. */
  parentId: string;
  /** 1 for a timer that a client's timer made, and so on. */
  depth: number;
}

/**
 * What others have to be told of a change, kept with the timer until they have been: a crash in between loses nothing.
 * `version` is that of the change.
 */
export type OutboxItem = { version: number; since: number } & (
  | { type: 'wake-dependents'; outcome: ParentOutcome }
  | { type: 'spawn-next'; scheduleId: string }
);

/** What an occurrence of a schedule's plan knows of it. */
export interface PlanOrigin {
  /** The instant by the plan, before jitter, epoch ms. */
  plannedAt: number;
  /** Revision of the plan. */
  revision: number;
}

/** Judged by the caller at the moment of firing; `query` is opaque to the domain. */
export interface Conditions {
  query: JsonObject;
  onUnmet: { type: 'skip' } | { type: 'recheck'; everyMs: number; giveUpAfterMs: number };
}

export type Phase =
  | { status: 'waiting'; clock: { type: 'span'; ms: number } | { type: 'instant'; at: number } }
  | {
      status: 'running';
      startedAt: number;
      fireAt: number;
      totalMs: number;
      recheckAt: number | null;
      /** Until when the fire is put off, because its agent has fired as often as it may; absent otherwise. */
      throttledUntil?: number;
    }
  | { status: 'paused'; startedAt: number; remainingMs: number; totalMs: number }
  | {
      status: 'firing' | 'expired' | 'failed';
      startedAt: number;
      fireAt: number;
      firedAt: number;
      driftMs: number;
      settledAt: number | null;
    }
  | { status: 'skipped'; startedAt: number; fireAt: number; settledAt: number }
  | { status: 'cancelled'; startedAt: number | null; fireAt: number | null; settledAt: number };

/** The timer aggregate: one document, changed only by `transition`. All instants are epoch ms. */
export type Timer = Phase & {
  id: string;
  teamId: string;
  createdBy: string;
  name: string;
  agentId: string | null;
  labels: Record<string, string>;
  metadata: JsonObject | null;
  events: EventActions;
  /** How many shares of `events.progress` have come up. */
  progressTold: number;
  retry: RetryPolicy;
  dependencies: Dependencies | null;
  conditions: Conditions | null;
  /** Whether timers wait for this one, so that they are told what becomes of it. */
  hasDependents: boolean;
  outbox: OutboxItem[];
  lineage: Lineage | null;
  /** Whether its line was cancelled, so that its actions make no more timers. */
  lineEnded?: true;
  /** What `touch` starts the clock with, in ms, once the clock has been changed since it began; else it is `totalMs`. */
  touchMs?: number;
  scheduleId: string | null;
  /** The message that it waits for an acknowledgement of; absent but on escalations. */
  escalates?: string;
  /** Absent but on what the plan of a schedule has made. */
  occurrence?: PlanOrigin;
  /** Fingerprint of the create request, to tell a repeat from another timer of the same id. */
  fingerprint: string | null;
  /** Counters of limits that it takes a place of until it ends; absent where it counts against none. */
  countsAgainst?: string[];
  /**
   * Whether it is an occurrence that the plan of the team had no room for when it was planned, so that it takes a place when
   * it comes due.
   */
  awaitsPlace?: true;
  /** Digest of the form in which it was imported, to tell a repeat from another timer; absent but on imported ones. */
  importDigest?: string;
  createdAt: number;
  /** When what is shown of it changed last. */
  updatedAt: number;
  /** Bumped by every save. */
  version: number;
  /** How many saves changed nothing that is shown, such as those of heartbeats; absent where none did. */
  unshownVersions?: number;
  /** Bumped by every change of the clock; an alarm of an older generation is dropped. */
  generation: number;
  deliveries: Delivery[];
  log: LogEntry[];
  recentCommands: string[];
};

/** The version of what is shown of a timer: that which people, and programs, have seen when they change it. */
export function shownVersion({ version, unshownVersions = 0 }: Timer): number {
  return version - unshownVersions;
}

export type TimerIn<S extends TimerStatus> = Extract<Timer, { status: S }>;
