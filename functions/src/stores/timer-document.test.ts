import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Timer } from '@minoots/core';
import { onExpire, sampleJobTimer, sampleTimer } from '@minoots/core/testing';
import type { DocumentData } from 'firebase-admin/firestore';
import { planKeeping } from '../../test/support/plans.ts';
import { decodeTimer, encodeTimer } from './timer-document.ts';
import { MAX_PACKED_BYTES } from './timer-packing.ts';

type Delivery = Timer['deliveries'][number];
type Action = Delivery['action'];

const MIB = 1_048_576;
const LIMITS = { actions: 10, attempts: 30, answerBytes: 1_024 };

/** What JSON does not escape. */
const PRINTABLE = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)).filter(
  (letter) => letter !== '"' && letter !== '\\',
);

const encode = (timer: Timer) => encodeTimer(timer, { id: 'a-document', plan: planKeeping(1_000) });

describe('the document of a timer', () => {
  it('holds what queries need beside the timer, instants as integers', () => {
    const timer = sampleTimer({ agentId: 'bot', labels: { env: 'prod', 'x.y': 'a=b' } }, 1_000);
    expect(encode(timer)).toMatchObject({
      teamId: 'team_a',
      id: timer.id,
      status: 'running',
      agentId: 'bot',
      name: 'tea',
      labels: ['env=prod', 'x.y=a=b'],
      fireAt: 61_000,
      settledAt: null,
      alarmAt: 61_000,
      generation: 1,
      purgeAt: null,
    });
  });

  it('says when a job may be taken while there is one, wakes when nobody did, and keeps the timer that long', () => {
    const { deliveries } = sampleJobTimer({}, 5_000);
    const ended = { status: 'cancelled', startedAt: 1_000, fireAt: null, settledAt: 2_000 } as const;
    const settled: Timer = { ...sampleTimer({}, 1_000), ...ended, deliveries };
    expect(encode(settled)).toMatchObject({ alarmAt: 86_405_000, jobAt: 5_000, purgeAt: null });
    expect(encode({ ...settled, deliveries: [] })).not.toHaveProperty('jobAt');
    expect(encode({ ...settled, deliveries: [] }).purgeAt.toMillis()).toBe(3_000 + 3 * 86_400_000);
  });

  it('holds texts that Firestore takes, and the timer as it is', () => {
    const timer = sampleTimer({ name: 'half \ud83d', agentId: '\udc00', labels: { a: '\ud800!' } });
    const data = encode(timer);
    const taken = [data.name, data.agentId, ...data.labels, data.timer].map((text) => text.isWellFormed());
    expect(taken).toEqual([true, true, true, true]);
    expect(decodeTimer(data)).toEqual(timer);
  });

  it('holds the action of a delivery once where the timer has the same', () => {
    const timer = firedTimer([webhook('x'.repeat(10_000))], 1, 'ok');
    const data = encode(timer);
    expect(data.timer.length).toBeLessThan(12_000);
    expect(decodeTimer(data)).toEqual(timer);
  });

  it('holds the action of a delivery that differs from the one the timer has', () => {
    const timer = firedTimer([webhook('new')], 1, 'ok');
    const older = { ...timer, deliveries: timer.deliveries.map((d) => ({ ...d, action: webhook('old') })) };
    expect(decodeTimer(encode(older))).toEqual(older);
  });
});

describe('a timer that is large', () => {
  it('is kept whole where it can be zipped', () => {
    const timer = firedTimer([webhook('hello '.repeat(300_000))], 30, 'answer '.repeat(140));
    const data = encode(timer);
    expect(sizeOf(data)).toBeLessThan(MAX_PACKED_BYTES);
    expect(decodeTimer(data)).toEqual(timer);
  });

  it('loses the answers of its oldest attempts, and no more of them than it must', () => {
    const timer = firedTimer([webhook(noise(1_050_000))], 30, (n) => noise(10_000, n));
    const data = encode(timer);
    const kept = decodeTimer(data);
    const answers = kept.deliveries[0]?.attempts.map(({ responseBody }) => responseBody !== null) ?? [];
    expect(answers).toEqual([...answers].sort());
    expect(answers).toContain(false);
    expect(answers).toContain(true);
    expect(sizeOf(data)).toBeLessThanOrEqual(MAX_PACKED_BYTES);
    expect(sizeOf(data)).toBeGreaterThan(MAX_PACKED_BYTES - 10_000);
    expect(withoutAnswers(kept)).toEqual(withoutAnswers(timer));
  });

  it('fits at the worst that the API lets in: a request of 1 MiB, every attempt answered, a full history', () => {
    const bytes = Math.floor(MIB / LIMITS.actions);
    const actions = Array.from({ length: LIMITS.actions }, (_, n) => webhook(noise(bytes, n)));
    const fired = firedTimer(actions, LIMITS.attempts, (n) => noise(LIMITS.answerBytes, n));
    const entry = { version: 1, at: 0, type: 'timer.created' as const };
    const log = Array.from({ length: 100 }, (_, n) => ({ ...entry, message: noise(200, n) }));
    const data = encode({ ...fired, log });
    expect(sizeOf(data)).toBeLessThanOrEqual(MAX_PACKED_BYTES);
    expect(withoutAnswers(decodeTimer(data))).toEqual(withoutAnswers({ ...fired, log }));
  });
});

function sizeOf({ timer }: DocumentData): number {
  return Buffer.byteLength(timer);
}

function withoutAnswers(timer: Timer): Timer {
  const deliveries = timer.deliveries.map((delivery) => ({
    ...delivery,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt, responseBody: null })),
  }));
  return { ...timer, deliveries };
}

function webhook(body: string): Action {
  const url = 'https://example.com/hook';
  return { type: 'webhook', url, method: 'POST', headers: {}, body: { value: body }, timeoutMs: 15_000 };
}

function firedTimer(actions: Action[], attempts: number, answer: string | ((n: number) => string)): Timer {
  const deliveries = actions.map((action, index): Delivery => {
    const number = index + 1;
    const made = Array.from({ length: attempts }, (_, n) => ({
      number: n + 1,
      at: n * 10_000 + index,
      durationMs: 12,
      outcome: 'failed' as const,
      responseStatus: 500,
      responseBody: typeof answer === 'string' ? answer : answer(n * 100 + index),
      error: 'answered 500',
    }));
    const counts = { attemptCount: attempts, roundStart: 0 };
    const origin = { number, trigger: 'expire', share: null, action } as const;
    return { ...origin, status: 'pending', ...counts, attempts: made, nextAttemptAt: 9, lease: null };
  });
  const fired = { startedAt: 0, fireAt: 0, firedAt: 0, driftMs: 0, settledAt: null };
  return { ...sampleTimer({ events: onExpire(actions) }), ...fired, status: 'firing', deliveries };
}

/** Printable ASCII that no packer makes much smaller: 6.5 bits in each byte, the same for the same seed. */
function noise(length: number, seed = 0): string {
  const digits = createHash('shake256', { outputLength: 2 * length })
    .update(`${seed}`)
    .digest();
  const letters = Array.from({ length }, (_, n) => PRINTABLE[digits.readUInt16LE(2 * n) % PRINTABLE.length]);
  return letters.join('');
}
