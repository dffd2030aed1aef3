import { type PlannedJob, planJob } from './jobs.ts';
import { between, pick, type Random } from './random.ts';

/** How a create is sent, and so what a client may do when it got no answer. `plain` cannot be repeated. */
export type Way =
  | 'client-id'
  | 'idempotency-key'
  | 'plain'
  | 'batch-client-ids'
  | 'batch-idempotency-key'
  /** Several timers by id, each when the one before has been acknowledged. */
  | 'in-turn';

/** Something done to a timer a while after its create was acknowledged. */
export interface PlannedCommand {
  readonly verb: 'cancel' | 'extend' | 'reschedule' | 'pause';
  readonly afterMs: number;
  /** What is added, where the new end lies from then on, or how long the pause lasts. */
  readonly spanMs: number;
}

export interface PlannedTimer {
  /** Unique in the plan. */
  readonly origin: number;
  readonly clientId: string;
  /** A span, or a moment of the run (milliseconds from its start). */
  readonly due: { readonly inMs: number } | { readonly atMs: number };
  readonly command: PlannedCommand | null;
  readonly job: PlannedJob | null;
  /** Client ids of timers of the same create that it waits for. */
  readonly dependsOn: readonly string[];
}

/** One create request. */
export interface PlannedCreate {
  /** Milliseconds from the start of the run. */
  readonly atMs: number;
  readonly way: Way;
  readonly timers: readonly PlannedTimer[];
}

const CLUSTER_EVERY_MS = 5_000;
const CREATE_WITHIN = 0.9;
const SINGLE_WAYS = ['client-id', 'client-id', 'idempotency-key', 'idempotency-key', 'plain'] as const;
const BATCH_WAYS = ['batch-client-ids', 'batch-idempotency-key'] as const;
/** Timers that wait for others name them by id. */
const CHAIN_WAYS = ['batch-client-ids', 'in-turn'] as const;

/** The same plan for the same numbers: `count` timers, created and mostly due within `horizonMs`. A third comes in batches, a sixth in chains, a fifth falls due in clusters, a quarter has a job for a runner. */
export function makePlan(random: Random, count: number, horizonMs: number): PlannedCreate[] {
  const tag = Math.floor(random() * 36 ** 6).toString(36);
  const creates: PlannedCreate[] = [];
  for (let origin = 0; origin < count; ) {
    const atMs = between(random, 0, Math.floor(horizonMs * CREATE_WITHIN));
    const isBatch = random() < 0.02;
    const isChain = !isBatch && random() < 0.04;
    const size = isBatch ? between(random, 5, 50) : isChain ? between(random, 3, 12) : 1;
    const timers = Array.from({ length: Math.min(size, count - origin) }, (_, offset) =>
      planTimer(random, origin + offset, `tmr_chaos-${tag}-${origin + offset}`, atMs, horizonMs),
    );
    const ways = isBatch ? BATCH_WAYS : isChain ? CHAIN_WAYS : SINGLE_WAYS;
    creates.push({ atMs, way: pick(random, ways), timers: isChain ? chained(random, timers) : timers });
    origin += timers.length;
  }
  return creates.sort((a, b) => a.atMs - b.atMs);
}

function planTimer(
  random: Random,
  origin: number,
  clientId: string,
  createAtMs: number,
  horizonMs: number,
): PlannedTimer {
  const isClustered = random() < 0.2;
  const spanMs = between(random, 50, Math.max(3_000, horizonMs - createAtMs));
  const due = isClustered
    ? { atMs: Math.ceil((createAtMs + spanMs) / CLUSTER_EVERY_MS) * CLUSTER_EVERY_MS }
    : { inMs: spanMs };
  const command = random() < 0.4 ? planCommand(random, spanMs) : null;
  return { origin, clientId, due, command, job: planJob(random), dependsOn: [] };
}

/** Lets each timer but the first wait for one or two of those before it, and then take a moment. */
function chained(random: Random, timers: readonly PlannedTimer[]): PlannedTimer[] {
  const ids = timers.map(({ clientId }) => clientId);
  return timers.map((timer, index) => {
    if (index === 0) return timer;
    const previous = ids[index - 1] ?? '';
    const dependsOn =
      random() < 0.7 ? [previous] : [...new Set([previous, pick(random, ids.slice(0, index))])];
    // What waits has no time yet that could be paused.
    const command = timer.command?.verb === 'pause' ? null : timer.command;
    return { ...timer, command, dependsOn, due: { inMs: between(random, 1, 500) } };
  });
}

function planCommand(random: Random, spanMs: number): PlannedCommand {
  return {
    verb: pick(random, ['cancel', 'extend', 'reschedule', 'pause'] as const),
    // Beyond the span too: a command that races the fire is the interesting one.
    afterMs: between(random, 0, Math.floor(spanMs * 1.05)),
    spanMs: between(random, 100, 4_000),
  };
}
