import { JOB_LEASE_MS, type JobAction, type JobType } from '@minoots/contract';
import type { JobKind } from '../../actions/action-kind.ts';
import type { Unsendable } from '../../actions/http-sender.ts';
import { refused } from '../../actions/http-sender.ts';
import type { AttemptContext, AttemptReport } from '../../actions/performer.ts';
import { ACTION_KINDS } from '../../actions/registry.ts';
import { type ActionByType, isForRunner, type RunnerAction } from '../../domain/action.ts';
import type { RunnerSkills } from '../../domain/runner.ts';
import type { Delivery, Lease, Timer } from '../../domain/timer/state.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';

/** Who takes jobs. */
export type Taker = { id: string } & RunnerSkills;

/** A job in the hands of a runner. */
export interface TakenJob {
  timer: Timer;
  delivery: Delivery;
  lease: Lease;
  action: JobAction;
}

/**
 * Gives a runner up to `limit` jobs of a timer that it may take, after putting back those that others have lost. What is
 * not fit to be carried out with its placeholders filled counts as a refused attempt.
 */
export async function takeJobs(deps: Deps, key: TimerKey, runner: Taker, limit: number): Promise<TakenJob[]> {
  const changed = await changeTimer(deps, key, { type: 'lease-jobs', runner, limit, leaseMs: JOB_LEASE_MS });
  if (changed === null) return [];
  const { timer, effects } = changed;
  await performEffects(deps, timer, effects);
  const taken: TakenJob[] = [];
  for (const effect of effects) {
    if (effect.type !== 'deliver') continue;
    const delivery = timer.deliveries.find(({ number }) => number === effect.deliveryNumber);
    if (!delivery?.lease || !isForRunner(delivery.action))
      throw new Error(`timer ${timer.id} gave away delivery ${effect.deliveryNumber}, which is no job`);
    const context = { timer, delivery, attempt: effect.attempt, secrets: new Map() };
    const job = describe(deps, delivery.action, context, delivery.lease);
    if ('type' in job) taken.push({ timer, delivery, lease: delivery.lease, action: job });
    else await recordUnmade(deps, key, delivery, delivery.lease, job);
  }
  return taken;
}

function describe(
  { logger }: Deps,
  action: RunnerAction,
  context: AttemptContext,
  { startedAt }: Lease,
): JobAction | AttemptReport {
  try {
    const job = describeAs(action.type, action, context, startedAt);
    return 'refused' in job ? refused(startedAt, job.refused) : job;
  } catch (err) {
    logger.error(
      { err, timerId: context.timer.id, delivery: context.delivery.number },
      'a job could not be described',
    );
    return { ...refused(startedAt, 'the service failed to describe the job'), outcome: 'failed' };
  }
}

function describeAs<T extends JobType>(
  type: T,
  action: ActionByType[T],
  context: AttemptContext,
  at: number,
): JobAction | Unsendable {
  const kinds: { readonly [K in JobType]: JobKind<K> } = ACTION_KINDS;
  return kinds[type].describeJob(action, context, at);
}

async function recordUnmade(
  deps: Deps,
  key: TimerKey,
  { number: deliveryNumber }: Delivery,
  { attempt, runnerId = '' }: Lease,
  { retryAfterMs, ...report }: AttemptReport,
): Promise<void> {
  const recorded = await changeTimer(deps, key, {
    type: 'record-outcome',
    deliveryNumber,
    attempt: { ...report, number: attempt, runnerId },
    retryAfterMs,
    jitter: deps.random.jitter(),
  });
  if (recorded !== null) await performEffects(deps, recorded.timer, recorded.effects);
}
