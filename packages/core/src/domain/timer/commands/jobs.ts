import { isForRunner } from '../../action.ts';
import { ok, type Rejection, type Result, reject } from '../../rejection.ts';
import { canTake } from '../../runner.ts';
import type { Change, Effect, HeldJob, JobReport, LeaseJobsCommand, TimerCommand } from '../commands.ts';
import { entry } from '../log.ts';
import type { Attempt, Delivery, Lease, NewLogEntry, Timer } from '../state.ts';
import { lease } from './claim.ts';
import { withDriftOfJob } from './drift.ts';
import { takeBack, takeBackLost } from './lost.ts';
import { giveUpUntaken, queueDue } from './queue.ts';
import { recordOutcome } from './record-outcome.ts';
import { settleIfDone } from './settle.ts';

type CommandOf<T extends TimerCommand['type']> = Extract<TimerCommand, { type: T }>;
type Held = Delivery & { lease: Lease };

/** Puts back the jobs whose runners are lost, gives up those that waited too long, and gives the runner the first that it may take, with a `deliver` effect each. */
export function leaseJobs(timer: Timer, { runner, limit, leaseMs }: LeaseJobsCommand, now: number): Change {
  const isLost = ({ runnerId, until }: Lease) => runnerId !== undefined && until <= now;
  const back = giveUpUntaken(takeBackLost({ timer, entries: [] }, isLost, now), now);
  const free = queueDue(settleIfDone(back, now), now);
  const effects: Effect[] = [];
  const entries: NewLogEntry[] = [...free.entries];
  let current = free.timer;
  for (const delivery of free.timer.deliveries) {
    const { number, status, action } = delivery;
    if (effects.length === limit) break;
    if (status !== 'queued' || !isForRunner(action) || !canTake(runner, action)) continue;
    const attempt = delivery.attemptCount + 1;
    const leased = lease(delivery, { attempt, startedAt: now, until: now + leaseMs, runnerId: runner.id });
    effects.push({ type: 'deliver', deliveryNumber: number, attempt });
    const data = { delivery: number, attempt, runner_id: runner.id };
    entries.push(entry(now, 'delivery.leased', `Taken by runner ${runner.id}`, data));
    current = withDriftOfJob(replace(current, leased), leased, now);
  }
  return current === timer ? { timer, entries: [] } : { timer: current, entries, effects };
}

/** Lets a runner hold a job for longer, even one whose lease has ended as long as nobody took it. */
export function renewJob(
  timer: Timer,
  { leaseMs, ...job }: CommandOf<'renew-job'>,
  now: number,
): Result<Change> {
  const held = findHeld(timer, job);
  if ('ok' in held) return held;
  const until = now + leaseMs;
  if (until === held.lease.until) return ok({ timer, entries: [] });
  return ok({ timer: replace(timer, { ...held, lease: { ...held.lease, until } }), entries: [] });
}

/** Takes in how a job went. A report of the same runner and attempt that was taken in before changes nothing. */
export function completeJob(
  timer: Timer,
  { report, jitter, ...job }: CommandOf<'complete-job'>,
  now: number,
): Result<Change> {
  if (isRecorded(timer, job)) return ok({ timer, entries: [] });
  const held = findHeld(timer, job);
  if ('ok' in held) return held;
  const { deliveryNumber } = job;
  const attempt = attemptOf(held.lease, job.runnerId, report);
  return recordOutcome(timer, { deliveryNumber, attempt, retryAfterMs: null, jitter }, now);
}

/** Puts a job back that its runner gives up: the attempt counts as one that was interrupted. */
export function releaseJob(
  timer: Timer,
  { reason, ...job }: CommandOf<'release-job'>,
  now: number,
): Result<Change> {
  const held = findHeld(timer, job);
  if ('ok' in held) return held;
  const why = {
    message: `Runner ${job.runnerId} gave attempt ${job.attempt} back: ${reason}`,
    error: `given back: ${reason}`,
    durationMs: Math.max(0, now - held.lease.startedAt),
  };
  const freed = takeBack({ timer, entries: [] }, held.number, why, now);
  return ok(queueDue(settleIfDone(freed, now), now));
}

/** Ends the jobs that wait for a runner: none is to take them any more. */
export function giveUpJobs(timer: Timer, now: number): Change {
  const entries: NewLogEntry[] = [];
  const deliveries = timer.deliveries.map((delivery): Delivery => {
    const { queuedAt, graceUntil: _, ...rest } = delivery;
    if (queuedAt === undefined) return delivery;
    const data = { delivery: delivery.number, attempt: delivery.attemptCount };
    entries.push(entry(now, 'delivery.exhausted', 'Given up before a runner took it', data));
    return { ...rest, status: 'exhausted' };
  });
  return settleIfDone({ timer: entries.length === 0 ? timer : { ...timer, deliveries }, entries }, now);
}

function findHeld(timer: Timer, { deliveryNumber, attempt, runnerId }: HeldJob): Held | Rejection {
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  const given = delivery?.lease;
  if (delivery && given && given.attempt === attempt && given.runnerId === runnerId)
    return { ...delivery, lease: given };
  return reject('lease_lost', `Runner ${runnerId} does not hold attempt ${attempt} of this job`);
}

function isRecorded(timer: Timer, { deliveryNumber, attempt, runnerId }: HeldJob): boolean {
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  const made = delivery?.attempts.find(({ number }) => number === attempt);
  return made?.runnerId === runnerId && made.outcome !== 'interrupted';
}

function attemptOf(
  { attempt, startedAt }: Lease,
  runnerId: string,
  { outcome, durationMs, exitCode, error, output }: JobReport,
): Attempt {
  const isSuccess = outcome === 'succeeded';
  const unexplained = exitCode === null ? 'the runner could not do it' : `ended with exit code ${exitCode}`;
  return {
    number: attempt,
    at: startedAt,
    durationMs,
    outcome,
    responseStatus: null,
    responseBody: output,
    error: isSuccess ? null : (error ?? unexplained),
    ...(exitCode === null ? {} : { exitCode }),
    runnerId,
  };
}

function replace(timer: Timer, delivery: Delivery): Timer {
  return {
    ...timer,
    deliveries: timer.deliveries.map((other) => (other.number === delivery.number ? delivery : other)),
  };
}
