import { type CallProperties, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Alarm, generateApiKey, SigningSecretBox, StorageUnavailable, systemClock } from '@minoots/core';
import { sampleApiKey, sampleTimer, silentLogger } from '@minoots/core/testing';
import { type FirestoreEmulator, startFirestoreEmulator } from '@minoots/emulators';
import { DocumentReference, type Firestore, GrpcStatus, Query } from 'firebase-admin/firestore';
import type { TaskQueues } from '../src/alarms/task-queues.ts';
import { UnarmedAlarms } from '../src/alarms/unarmed-alarms.ts';
import { composeEngine } from '../src/engine.ts';
import { FirestoreEventFeed } from '../src/events/firestore-event-feed.ts';
import { purgeExpired } from '../src/stores/expired.ts';
import { FirestoreApiKeyStore } from '../src/stores/firestore-api-key-store.ts';
import { FirestoreIdempotencyStore } from '../src/stores/firestore-idempotency-store.ts';
import { FirestoreSigningSecretStore } from '../src/stores/firestore-signing-secret-store.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { endAtDeadline, onFirestore, STORAGE_DEADLINE_MS } from '../src/stores/on-firestore.ts';
import { connect } from './support/firestore.ts';
import { type MuteFirestore, openMuteFirestore } from './support/mute-firestore.ts';
import { plansKeeping } from './support/plans.ts';

type Work = (firestore: Firestore) => Promise<unknown>;

/** Long enough to connect. */
const SHORT_MS = 500;
const ALARM: Alarm = { teamId: 'team_a', timerId: 'tmr_1', at: 0, generation: 1 };
const CLAIM = { teamId: 'team_a', key: 'k', fingerprint: 'f', now: 0 };
const ANSWER = { status: 200, headers: {}, body: '{}' };
const KEY = sampleApiKey();
const EVENT = {
  teamId: 'team_a',
  isLogged: false,
  type: 'timer.deleted' as const,
  at: '2030-01-01T00:00:00.000Z',
  timer_id: 'tmr_1',
  timer_name: 'tea',
  agent_id: null,
  status: 'cancelled',
  message: 'Deleted by request',
};

const timersIn = (firestore: Firestore) =>
  new FirestoreTimerStore({ firestore, now: Date.now, plans: plansKeeping(1) });
const answersIn = (firestore: Firestore) => new FirestoreIdempotencyStore(firestore);
const keysIn = (firestore: Firestore) => new FirestoreApiKeyStore(firestore);
const signingSecretsIn = (firestore: Firestore) =>
  new FirestoreSigningSecretStore(firestore, new SigningSecretBox(null));
const unarmedIn = (firestore: Firestore) => new UnarmedAlarms(firestore, systemClock);
const eventsIn = (firestore: Firestore) => new FirestoreEventFeed({ firestore, logger: silentLogger });
const RANGE = { from: 0, until: 1, limit: 1, after: null };

describe('onFirestore', () => {
  let mute: MuteFirestore;
  afterEach(() => mute.close());

  it.each<[string, Work]>([
    ['a write', (firestore) => firestore.doc('a/b').create({})],
    ['writes in bulk', writeInBulk],
  ])('gives up %s that is not answered, and cancels it', async (_, work) => {
    mute = await openMuteFirestore(null);
    await expect(onFirestore(() => work(mute.firestore), SHORT_MS)).rejects.toThrow(StorageUnavailable);
    await mute.cancelled;
  });

  it('has no write sent again that was given up, though the client library goes on for ten minutes', async () => {
    mute = await openMuteFirestore(status.UNAVAILABLE);
    let written: Promise<unknown> = Promise.resolve();
    const write = () => {
      written = mute.firestore.doc('a/b').create({});
      return written;
    };
    await expect(onFirestore(write, SHORT_MS)).rejects.toThrow(StorageUnavailable);
    await expect(written).rejects.toMatchObject({ code: GrpcStatus.DEADLINE_EXCEEDED });
  });
});

describe('the deadline', () => {
  let emulator: FirestoreEmulator;
  let firestore: Firestore;
  let remainingMs: number[];
  beforeAll(async () => {
    emulator = await startFirestoreEmulator();
    firestore = connect(emulator.address, {
      'grpc.callInvocationTransformer': (call: CallProperties<unknown, unknown>) => {
        const bounded = endAtDeadline(call);
        remainingMs.push(Number(bounded.callOptions.deadline) - Date.now());
        return bounded;
      },
    });
  });
  beforeEach(() => {
    remainingMs = [];
  });
  afterAll(async () => {
    await firestore.terminate();
    await emulator.close();
  });

  it.each<[string, Work]>([
    ['a timer is read', (firestore) => timersIn(firestore).get(ALARM)],
    ['a timer is changed', (firestore) => timersIn(firestore).update(ALARM, () => ({ result: null }))],
    ['a timer is added', (firestore) => timersIn(firestore).insert([sampleTimer()])],
    ['timers are added', (firestore) => timersIn(firestore).insert([sampleTimer(), sampleTimer()])],
    ['timers are listed', (firestore) => timersIn(firestore).list('team_a', {}, 10)],
    ['due timers are listed', (firestore) => timersIn(firestore).listDue(RANGE)],
    [
      'timers are removed',
      (firestore) => timersIn(firestore).removeSettled('team_a', { statuses: ['expired'] }),
    ],
    ['an API key is looked up', (firestore) => keysIn(firestore).findByHash('h')],
    [
      'an API key is stored',
      (firestore) => keysIn(firestore).update('team_a', () => ({ save: [KEY], result: 0 })),
    ],
    ['the use of an API key is noted', (firestore) => keysIn(firestore).touch(KEY, 1)],
    ['secrets are looked up', (firestore) => signingSecretsIn(firestore).forTeam('team_a', 0)],
    [
      'secrets are changed',
      (firestore) => signingSecretsIn(firestore).update('team_a', () => ({ result: 0 })),
    ],
    ['an idempotency key is claimed', (firestore) => answersIn(firestore).claim(CLAIM)],
    ['an answer is kept', (firestore) => answersIn(firestore).answer(CLAIM, ANSWER)],
    ['an idempotency key is given up', (firestore) => answersIn(firestore).release(CLAIM)],
    ['an alarm is remembered', (firestore) => unarmedIn(firestore).remember(ALARM)],
    ['unarmed alarms are listed', (firestore) => unarmedIn(firestore).list(1)],
    ['an alarm is forgotten', (firestore) => unarmedIn(firestore).forget(ALARM)],
    ['an event is told', (firestore) => eventsIn(firestore).publish([EVENT])],
    ['what is over is purged', (firestore) => purgeExpired(firestore, Date.now(), 1)],
  ])('bounds each call where %s', async (_, work) => {
    await work(firestore);
    expect(remainingMs.length).toBeGreaterThan(0);
    for (const ms of remainingMs) expect(ms).toBeLessThanOrEqual(STORAGE_DEADLINE_MS);
  });
});

describe('an engine whose Firestore does not answer', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** What the engine answers once ten seconds have passed. */
  async function answerOf(request: Request): Promise<Response> {
    const mute = await openMuteFirestore(null);
    const never = new Promise<never>(() => {});
    jest.spyOn(Query.prototype, 'get').mockReturnValue(never);
    jest.spyOn(DocumentReference.prototype, 'get').mockReturnValue(never);
    const engine = engineOver(mute.firestore);
    jest.useFakeTimers();
    const answer = Promise.resolve(engine.api.fetch(request));
    await jest.advanceTimersByTimeAsync(STORAGE_DEADLINE_MS);
    jest.useRealTimers();
    await engine.close();
    await mute.close();
    return answer;
  }

  it('answers 503 after ten seconds', async () => {
    const headers = { authorization: `Bearer ${generateApiKey()}` };
    const response = await answerOf(new Request('http://localhost/v1/timers', { headers }));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ code: 'storage_unavailable', retryable: true });
  });

  it('is not ready', async () => {
    const response = await answerOf(new Request('http://localhost/readyz'));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: { store: { ok: false }, alarms: { ok: true } } });
  });
});

function writeInBulk(firestore: Firestore): Promise<unknown> {
  const writer = firestore.bulkWriter();
  return Promise.all([writer.create(firestore.doc('a/b'), {}), writer.close()]);
}

function engineOver(firestore: Firestore) {
  const queues: TaskQueues = {
    count: 1,
    create: async () => 'created',
    delete: async () => {},
    run: async () => false,
    get: async () => null,
  };
  return composeEngine({
    firestore,
    queues,
    clock: 'real',
    historyDays: 30,
    corsOrigins: [],
    allowPrivateTargets: false,
    secretKeys: '',
    idTokens: null,
    users: { verify: async () => null },
    accounts: { remove: async () => {} },
    payments: null,
    startPlan: 'free',
    sso: false,
    guessesPerMinute: 60,
    newcomersPerHour: 60,
    nameServers: null,
    logger: silentLogger,
  });
}
