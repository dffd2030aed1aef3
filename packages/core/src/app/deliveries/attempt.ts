import { refused } from '../../actions/http-sender.ts';
import type { ActionRegistry, AttemptContext, AttemptReport } from '../../actions/performer.ts';
import { createHider, hideIn } from '../../actions/redaction.ts';
import { type ActionByType, isForRunner, type ServiceActionType } from '../../domain/action.ts';
import { secretsOf } from '../../domain/secret-names.ts';
import type { Effect } from '../../domain/timer/commands.ts';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import { SecretsUnavailable } from '../../ports/secret-store.ts';
import { deliveryId } from '../../wire/delivery-id.ts';
import type { Deps } from '../deps.ts';
import { admitAttempt } from '../endpoints/admit.ts';
import { learnOutcome } from '../endpoints/learn.ts';
import { recordOutcome } from './record.ts';

/** Carries out a claimed attempt and records how it went. Rejects only when the outcome could not be recorded. */
export async function attemptDelivery(
  deps: Deps,
  timer: Timer,
  { deliveryNumber, attempt }: Extract<Effect, { type: 'deliver' }>,
): Promise<void> {
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  if (delivery === undefined)
    throw new Error(`timer ${timer.id} claimed delivery ${deliveryNumber}, which it lacks`);
  const leaseEndsAt = deps.realTime.now() + leaseMs(deps, delivery);
  const name = `${deliveryId(timer, deliveryNumber)}/${attempt}`;
  const fate = await admitAttempt(deps, timer, delivery, name);
  if (fate.type === 'postponed') return;
  const report =
    fate.type === 'go' ? await perform(deps, timer, delivery, attempt) : refused(deps.clock.now(), fate.why);
  await record(deps, timer, { deliveryNumber, attempt, report }, leaseEndsAt);
  await learnOutcome(deps, timer, delivery, name, report);
}

function record(
  deps: Deps,
  { teamId, id: timerId }: Timer,
  made: { deliveryNumber: number; attempt: number; report: AttemptReport },
  leaseEndsAt: number,
): Promise<Timer> {
  const { retryAfterMs, isOwnFault: _, ...report } = made.report;
  const attempt = { number: made.attempt, ...report };
  const outcome = { deliveryNumber: made.deliveryNumber, attempt, retryAfterMs };
  return recordOutcome(deps, { teamId, timerId }, { ...outcome, jitter: deps.random.jitter() }, leaseEndsAt);
}

function leaseMs({ clock }: Deps, { lease }: Delivery): number {
  return lease === null ? 0 : lease.until - clock.now();
}

async function perform(
  deps: Deps,
  timer: Timer,
  delivery: Delivery,
  attempt: number,
): Promise<AttemptReport> {
  const startedAt = deps.clock.now();
  const { action } = delivery;
  if (isForRunner(action)) throw new Error(`the service was to carry out a ${action.type}`);
  let secrets: ReadonlyMap<string, string> = new Map();
  try {
    const found = await findSecrets(deps, timer.teamId, secretsOf(action));
    if (typeof found === 'object') secrets = found;
    else return { ...unmade(startedAt), outcome: 'refused', error: found };
    const context = { timer, delivery, attempt, secrets };
    const report = await performAs(deps.performers, action.type, action, context);
    return hideIn(report, secrets.values());
  } catch (error) {
    if (error instanceof SecretsUnavailable)
      return { ...unmade(startedAt), error: error.message, isOwnFault: true };
    deps.logger.error(
      { err: withoutSecrets(error, secrets), timerId: timer.id, delivery: delivery.number },
      'an action performer broke',
    );
    const durationMs = deps.clock.now() - startedAt;
    const broken = 'the service failed to carry out the action';
    return { ...unmade(startedAt), durationMs, error: broken, isOwnFault: true };
  }
}

function performAs<T extends ServiceActionType>(
  performers: ActionRegistry,
  type: T,
  action: ActionByType[T],
  context: AttemptContext,
): Promise<AttemptReport> {
  return performers[type].perform(action, context);
}

/** The values of secrets, or what is wrong with them. Few actions name any, and only those cost a read. */
async function findSecrets(
  { namedSecrets }: Deps,
  teamId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string> | string> {
  if (names.length === 0) return new Map();
  const values = await namedSecrets.values(teamId, names);
  const missing = names.filter((name) => !values.has(name));
  return missing.length === 0 ? values : `there is no secret ${missing.join(', ')}`;
}

function unmade(at: number): AttemptReport {
  return {
    at,
    durationMs: 0,
    outcome: 'failed',
    responseStatus: null,
    responseBody: null,
    error: null,
    retryAfterMs: null,
  };
}

/** Of an error only its own words: what else hangs on it may hold the whole request. */
function withoutSecrets(error: unknown, secrets: ReadonlyMap<string, string>): object {
  const hide = createHider(secrets.values());
  if (!(error instanceof Error)) return { message: hide(String(error)) };
  return { type: error.name, message: hide(error.message), stack: hide(error.stack ?? '') };
}
