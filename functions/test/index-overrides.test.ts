import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@minoots/core';
import { sampleJobTimer, sampleMessage, sampleTimer, silentLogger } from '@minoots/core/testing';
import { firestoreIndexes } from '@minoots/emulators';
import { FieldValue } from 'firebase-admin/firestore';
import { UnarmedAlarms } from '../src/alarms/unarmed-alarms.ts';
import { FirestoreEventFeed } from '../src/events/firestore-event-feed.ts';
import { FirestoreRatePool } from '../src/limits/rate-pool.ts';
import { PART_BYTES } from '../src/stores/answer-packing.ts';
import { documentId } from '../src/stores/collections.ts';
import { FirestoreBudgetStore } from '../src/stores/firestore-budget-store.ts';
import { FirestoreEndpointStore } from '../src/stores/firestore-endpoint-store.ts';
import { FirestoreIdempotencyStore } from '../src/stores/firestore-idempotency-store.ts';
import { FirestoreInboxStore } from '../src/stores/firestore-inbox-store.ts';
import { FirestoreQuotaLedger } from '../src/stores/firestore-quota-ledger.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';
import { plansKeeping } from './support/plans.ts';

/** Of few values, or spread over all of them (the hashes of parents): an index on one of these has no end that all writes come to. */
const INDEXED_ALONE: Record<string, string[]> = {
  timers: ['awaits', 'counts', 'generation', 'parents', 'shard', 'status', 'teamId'],
  endpoints: ['shard', 'status', 'teamId'],
  idempotency: ['shard', 'teamId'],
  unarmed: ['shard', 'teamId'],
  messages: ['shard', 'teamId', 'waitsIn'],
  ledgers: ['shard', 'teamId'],
  budgets: ['teamId'],
  counters: ['shard', 'teamId'],
  windows: ['shard', 'teamId'],
  rates: ['shard'],
};

describe('the single-field indexes of firestore.indexes.json', () => {
  let database: OpenFirestore;
  beforeEach(async () => {
    database = await openFirestore();
  });
  afterEach(() => database.close());

  it('are switched off for each field that is stored, but for those of few values, and for no other', async () => {
    await storeOneOfEach();
    const path = join(import.meta.dirname, '../../firestore.indexes.json');
    const { fieldOverrides } = firestoreIndexes.parse(JSON.parse(await readFile(path, 'utf8')));
    for (const [collection, alone] of Object.entries(INDEXED_ALONE)) {
      const off = fieldOverrides.flatMap(({ collectionGroup, fieldPath, indexes }) =>
        collectionGroup === collection && indexes.length === 0 ? [fieldPath] : [],
      );
      const { docs } = await database.firestore.collectionGroup(collection).get();
      const stored = new Set(docs.flatMap((doc) => Object.keys(doc.data())));
      expect({ [collection]: [...off, ...alone].sort() }).toEqual({ [collection]: [...stored].sort() });
    }
  });

  async function storeOneOfEach(): Promise<void> {
    const { firestore } = database;
    await new FirestoreRatePool(firestore).draw({ caller: 'key_1', endsAt: 1, wanted: 1, size: 9 });
    const timer = sampleJobTimer();
    const counted = { ...sampleTimer(), countsAgainst: ['agent:bot'] };
    await new FirestoreTimerStore({ firestore, now: Date.now, plans: plansKeeping(1) }).insert([
      timer,
      counted,
    ]);
    const again = firestore.collection('timers').doc(documentId(timer.teamId, timer.id));
    await again.update({ committedAt: FieldValue.serverTimestamp() });
    const ledger = new FirestoreQuotaLedger(firestore, Date.now);
    const key = { teamId: 'team_a', counter: 'agent:bot' };
    await firestore
      .collection('counters')
      .doc(documentId(key.teamId, key.counter, 0))
      .update({ used: 7 });
    await ledger.reconcile(key, { checkAt: 1 });
    await ledger.take({ ...key, window: { startsAt: 0, endsAt: 1 } }, { max: 1, revision: 1 });
    const budget = { agentId: 'bot', maxActive: 1, maxFiresPerHour: 1, updatedAt: 0 };
    await new FirestoreBudgetStore(firestore).put('team_a', budget);
    await new UnarmedAlarms(firestore, systemClock).remember({
      teamId: 'team_a',
      timerId: timer.id,
      at: 0,
      generation: 1,
    });
    await new FirestoreEventFeed({ firestore, logger: silentLogger }).publish([
      {
        teamId: 'team_a',
        isLogged: false,
        type: 'timer.deleted',
        at: '2030-01-01T00:00:00.000Z',
        timer_id: timer.id,
        timer_name: timer.name,
        agent_id: null,
        status: timer.status,
        message: 'Deleted by request',
      },
    ]);
    const inbox = new FirestoreInboxStore({ firestore, logger: silentLogger });
    const message = sampleMessage({ toAgent: null });
    await inbox.insert(message, 1);
    const { teamId, id: messageId, createdAt: at } = message;
    await inbox.acknowledge({ teamId, messageId }, { agentId: 'agent-1', by: 'key_1', at, note: null });
    await new FirestoreEndpointStore(firestore).update({ teamId: 'team_a', endpointId: 'end_1' }, () => ({
      save: {
        id: 'end_1',
        teamId: 'team_a',
        url: 'https://a.example/',
        status: 'failing',
        failures: { since: 0, count: 1, last: { at: 0, error: 'answered 500' } },
        notices: [],
        release: null,
      },
      result: null,
    }));
    const answers = new FirestoreIdempotencyStore(firestore);
    const claim = { teamId: 'team_a', key: 'k', fingerprint: 'f', now: 0 };
    await answers.claim(claim);
    // More than one document holds.
    const body = randomBytes(PART_BYTES).toString('latin1');
    await answers.answer(claim, { status: 200, headers: {}, body });
  }
});
