import type { JsonObject, ScheduleEventType, ScheduleTemplate } from '@minoots/contract';
import type { NewTimer } from '../timer/create.ts';
import type { Timer } from '../timer/state.ts';
import type { ScheduleSpec } from './spec.ts';

/** Entries a schedule keeps of its own history; the oldest but the first few make room. */
export const MAX_SCHEDULE_LOG = 100;
/** Ids of the latest commands, kept so that a repeated request changes nothing. */
export const MAX_RECENT_COMMANDS = 8;

/** One run of the plan. */
export interface Occurrence {
  /** The instant by the plan, epoch ms. */
  plannedAt: number;
  /** When it fires: the same, moved by jitter. */
  at: number;
  timerId: string;
}

/** What became of the occurrences so far. */
export interface ScheduleCounts {
  fired: number;
  /** Came due and did not fire: by overlap, by conditions, or too late. */
  skipped: number;
  /** Never came due, since nothing kept time then. At most 1,000 are counted of one outage. */
  missed: number;
  /** Cancelled or deleted by hand before they came due. */
  cancelled: number;
  /** Asked for beside the plan. */
  runs: number;
}

/** A timer that is to be taken back: without a trace, or as a cancellation with what that sets off. */
export interface Withdrawal {
  timerId: string;
  how: 'remove' | 'cancel';
}

export interface NewScheduleLogEntry {
  at: number;
  type: ScheduleEventType;
  message: string;
  data?: JsonObject;
}

/** The fields of a new timer that all occurrences have in common, read and judged. */
export type PreparedTimer = Pick<
  NewTimer,
  'agentId' | 'labels' | 'metadata' | 'events' | 'retry' | 'conditions'
>;

/** How a schedule runs; what requests set. */
export interface SchedulePlan {
  spec: ScheduleSpec;
  /** Most by which an occurrence is later than planned, so that not all start at once; in ms. */
  jitterMs: number;
  /** What becomes of an occurrence that comes due while the one that fired before still delivers. */
  overlap: 'skip' | 'allow';
  /** Whether one of the occurrences that an outage made late fires afterwards. */
  catchUp: 'none' | 'one';
  /** What each occurrence is, as the request has it: a timer without its time. */
  template: ScheduleTemplate;
  /** What the request comes to. */
  prepared: PreparedTimer;
}

/** The schedule aggregate: one document, changed only by `transition`. All instants are epoch ms. */
export interface Schedule extends SchedulePlan {
  id: string;
  teamId: string;
  createdBy: string;
  name: string;
  /** `deleting`: gone for everyone but for those who take its timers back. */
  status: 'active' | 'paused' | 'deleting';
  /** The pending occurrence. Null while paused, and where the plan has come to its end. */
  next: Occurrence | null;
  /** The occurrence that fired last, by timer id. */
  lastFired: string | null;
  counts: ScheduleCounts;
  /** The timer of the pending occurrence as it came here with the schedule, while it has yet to be stored. */
  brought?: Timer;
  /** Timers still to be taken back. */
  withdrawn: Withdrawal[];
  /** Since when the timers are not yet known to be what this document says; null once they are. */
  unsettledSince: number | null;
  /** Bumped by every change of the plan, so that its occurrences are other timers. */
  revision: number;
  /** Fingerprint of the create request, to tell a repeat from another schedule of the same id. */
  fingerprint: string | null;
  /** Digest of the form in which it was imported, to tell a repeat from another schedule; absent but on imported ones. */
  importDigest?: string;
  createdAt: number;
  updatedAt: number;
  /** Bumped by every save; the ETag. */
  version: number;
  log: NewScheduleLogEntry[];
  recentCommands: string[];
}
