import type { ErrorCode, RedeliverManyRequest } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import type { Decision, TimerKey } from '../../ports/timer-store.ts';
import { deliveryId } from '../../wire/delivery-id.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { fittingPage, type Page, pagesOfTimers } from '../fitting-page.ts';
import { inParallel } from '../in-parallel.ts';
import { type DeliveryFilter, matchesDelivery, timersWith } from './filter.ts';

const CURSOR = 'redeliveries';
const PAGE = 200;
/** Pages that one request goes through, so that it ends in time however rarely the filters match. */
const MAX_PAGES = 25;
const PARALLEL = 20;

export interface RedeliverManyOutcome {
  reopened: number;
  notReopened: { id: string; code: ErrorCode; detail: string }[];
  nextCursor: string | null;
}

/**
 * Opens again every delivery that has run out of attempts and matches, newest timer first, each timer by a change of its
 * own. A repeat under the same command id after a crash goes on with those that are still closed, and opens none twice.
 * @throws MinootsError `invalid_cursor`
 */
export async function redeliverMany(
  deps: Deps,
  { principal: { teamId }, commandId }: RequestContext,
  { limit, cursor, ...asked }: RedeliverManyRequest,
): Promise<RedeliverManyOutcome> {
  const filter: DeliveryFilter = { ...asked, status: 'exhausted' };
  const outcome: RedeliverManyOutcome = { reopened: 0, notReopened: [], nextCursor: null };
  let after = decodeCursor(CURSOR, cursor, '/cursor');
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const left = limit - outcome.reopened - outcome.notReopened.length;
    if (left <= 0) break;
    const page = await pageOf(deps, teamId, filter, after, left);
    const matching = page.items.filter((timer) => wanted(timer, filter).length > 0);
    await inParallel(matching, PARALLEL, async ({ id: timerId }) => {
      const { reopened, notReopened } = await reopen(deps, { teamId, timerId }, filter, commandId);
      outcome.reopened += reopened;
      outcome.notReopened.push(...notReopened);
    });
    after = page.next ?? undefined;
    if (after === undefined) break;
  }
  return { ...outcome, nextCursor: encodeCursor(CURSOR, after ?? null) };
}

async function pageOf(
  { timers }: Deps,
  teamId: string,
  filter: DeliveryFilter,
  after: string | undefined,
  left: number,
): Promise<Page<Timer>> {
  if (filter.timer_id !== undefined) {
    const timer = await timers.get({ teamId, timerId: filter.timer_id });
    return { items: timer === null ? [] : [timer], next: null };
  }
  return fittingPage({
    list: pagesOfTimers(timers, teamId, timersWith(filter), after),
    limit: PAGE,
    weigh: (timer) => wanted(timer, filter).length,
    capacity: left,
  });
}

type Reopening = Pick<RedeliverManyOutcome, 'notReopened'> & {
  reopened: number;
  change: Transition | null;
};

async function reopen(
  deps: Deps,
  key: TimerKey,
  filter: DeliveryFilter,
  commandId: string | undefined,
): Promise<Reopening> {
  const now = deps.clock.now();
  const reopening = await deps.timers.update(key, (current): Decision<Reopening> => {
    const deliveryNumbers = current === null ? [] : wanted(current, filter);
    const isRepeat = commandId !== undefined && current?.recentCommands.includes(commandId);
    if (current === null || isRepeat || deliveryNumbers.length === 0)
      return { result: { reopened: 0, notReopened: [], change: null } };
    const result = transition(current, { type: 'redeliver-many', deliveryNumbers }, now, commandId);
    if (!result.ok) throw new Error(`timer ${key.timerId} refused to deliver again: ${result.detail}`);
    const { timer } = result.value;
    const notReopened = deliveryNumbers.flatMap((number) => reasonFor(timer, number, now));
    const reopened = deliveryNumbers.length - notReopened.length;
    const answer = { reopened, notReopened, change: result.value };
    return timer === current ? { result: answer } : { save: timer, result: answer };
  });
  const { change } = reopening;
  if (change !== null) await performEffects(deps, change.timer, change.effects);
  return reopening;
}

/** Numbers of the timer's deliveries that are asked for. */
function wanted(timer: Timer, filter: DeliveryFilter): number[] {
  return timer.deliveries
    .filter((delivery) => matchesDelivery(timer, delivery, filter))
    .map(({ number }) => number);
}

/** Why a delivery is still closed; nothing when it is open. */
function reasonFor(timer: Timer, number: number, now: number): RedeliverManyOutcome['notReopened'] {
  const isClosed = timer.deliveries.some((each) => each.number === number && each.status === 'exhausted');
  if (!isClosed) return [];
  const refusal = transition(timer, { type: 'redeliver', deliveryNumber: number }, now);
  if (refusal.ok) throw new Error(`timer ${timer.id} left delivery ${number} closed for no reason`);
  return [{ id: deliveryId(timer, number), code: refusal.code, detail: refusal.detail }];
}
