import type * as wire from '@minoots/contract';
import type { UnservedAction } from '../app/runners/unserved.ts';
import type { TimerForeseen } from '../app/timers/preview.ts';
import { toSpanText } from '../domain/duration.ts';
import type { Endpoint } from '../domain/endpoint/state.ts';
import { nextGapMs, type RetryPolicy } from '../domain/retry.ts';
import { actionsOf } from '../domain/timer/deliveries.ts';
import type { Timer, Trigger } from '../domain/timer/state.ts';
import { CLAIM_WITHIN_MS, shareAt, timeRemainingMs } from '../domain/timer/time.ts';
import { localNote } from '../domain/when.ts';
import { EVENTS, toInstant } from './timer.ts';

const TRIGGERS = ['progress', 'expire', 'cancel', 'failure'] as const satisfies Trigger[];

/** What the API answers to the preview of a timer. @param now the instant of the preview, epoch ms */
export function toWirePreview(
  { refusals, timer, verdict, paused, existing, unserved }: TimerForeseen,
  input: wire.CreateTimerRequest,
  expectedPrecisionMs: number,
  now: number,
): wire.TimerPreview {
  if (timer === null) return { acceptable: false, refusals, plan: null, notes: [] };
  const fireAt = 'fireAt' in timer ? timer.fireAt : null;
  const dst = fireAt === null ? null : localNote(input, fireAt);
  const plan: wire.TimerPlan = {
    status: timer.status,
    fire_at: toInstant(fireAt),
    time_remaining_ms: timeRemainingMs(timer, now),
    expected_precision_ms: expectedPrecisionMs,
    dst,
    waiting_for: timer.status === 'waiting' ? parentsOf(timer) : [],
    progress: progressOf(timer, now),
    actions: TRIGGERS.flatMap((trigger) => actionsFor(timer, trigger, now)),
    retry: retryPlan(timer.retry),
    conditions: verdict,
  };
  return {
    acceptable: true,
    refusals,
    plan,
    notes: [
      ...notesOn(timer, plan, existing, now),
      ...paused.map(pauseNote),
      ...unserved.map(noteOnUnserved),
    ],
  };
}

/** The gaps between the attempts of a delivery that keeps failing, without jitter. */
export function retryPlan(policy: RetryPolicy): wire.RetryPlan {
  const gaps: number[] = [];
  for (
    let gap = nextGapMs(policy, 1, 0, null);
    gap !== null;
    gap = nextGapMs(policy, gaps.length + 1, 0, null)
  )
    gaps.push(gap);
  return {
    max_attempts: gaps.length + 1,
    gaps_ms: gaps,
    gives_up_after_ms: gaps.reduce((sum, gap) => sum + gap, 0),
  };
}

function progressOf(timer: Timer, now: number): wire.TimerPlan['progress'] {
  const totalMs = timeRemainingMs(timer, now);
  const shares = timer.events.progress?.shares ?? [];
  return shares.map((share) => ({
    share,
    at: timer.status === 'running' ? toInstant(shareAt(timer, share)) : null,
    after_ms: Math.ceil(totalMs * share),
  }));
}

function actionsFor(timer: Timer, trigger: Trigger, now: number): wire.TimerPlan['actions'] {
  const at = firstAt(timer, trigger, now);
  return actionsOf(timer.events, trigger).map(({ type }) => ({ event: EVENTS[trigger], type, at }));
}

function firstAt(timer: Timer, trigger: Trigger, now: number): string | null {
  switch (trigger) {
    case 'expire':
      return timer.status === 'running' ? toInstant(Math.max(timer.fireAt, now)) : null;
    case 'progress':
      return progressOf(timer, now)[0]?.at ?? null;
    case 'cancel':
      return timer.status === 'cancelled' ? toInstant(now) : null;
    case 'failure':
      return null;
    default:
      return trigger satisfies never;
  }
}

function notesOn(
  timer: Timer,
  { dst, conditions }: wire.TimerPlan,
  existing: Timer | null,
  now: number,
): string[] {
  const notes: string[] = [];
  if (existing !== null)
    notes.push(
      `Timer ${existing.id} was created by this very request already; creating it again changes nothing`,
    );
  if (timer.status === 'running' && timer.fireAt <= now)
    notes.push('The instant has passed: it fires at once');
  if (timer.status === 'waiting')
    notes.push(`It waits for ${parentsOf(timer).join(', ')}; its time begins when they are through`);
  if (timer.status === 'cancelled')
    notes.push('A timer that it depends on has failed already: it is cancelled as soon as it is created');
  if (dst !== null) notes.push(dst.detail);
  if (conditions !== null)
    notes.push(
      `Its conditions ${conditions.met ? 'hold' : 'do not hold'} at present (${conditions.reason}); they are judged when it comes to fire`,
    );
  return notes;
}

function noteOnUnserved({ trigger, action }: UnservedAction): string {
  const { type, runsOn, claimWithinMs = CLAIM_WITHIN_MS } = action;
  const asked = runsOn.length === 0 ? '' : ` with the labels ${runsOn.join(', ')}`;
  return `Its ${type} for ${EVENTS[trigger]} waits for a runner${asked}, ${toSpanText(claimWithinMs)} at most: none that is online takes it`;
}

function pauseNote({ id, url }: Endpoint): string {
  return `Nothing is sent to ${url} at present: it is paused, as endpoint ${id}`;
}

function parentsOf({ dependencies }: Timer): string[] {
  return dependencies?.parents.map(({ id }) => id) ?? [];
}
