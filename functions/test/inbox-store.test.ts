import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inboxStoreContract, sampleMessage, silentLogger } from '@minoots/core/testing';
import { FirestoreInboxStore } from '../src/stores/firestore-inbox-store.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

const NOW = Date.UTC(2030, 0, 1);
const LIMIT = 10_000;
const AN_HOUR_LATER = () => Date.now() + 3_600_000;

inboxStoreContract('FirestoreInboxStore', () => open());
// So that nothing can come in any more before what is there, and marks in ledgers move at once.
inboxStoreContract('FirestoreInboxStore, an hour later', () => open(AN_HOUR_LATER));

async function open(now = Date.now) {
  const { firestore, close } = await openFirestore();
  const store = new FirestoreInboxStore({ firestore, logger: silentLogger, now });
  return {
    store,
    close: async () => {
      store.close();
      await close();
    },
  };
}

describe('FirestoreInboxStore', () => {
  let database: MeteredFirestore;
  let store: FirestoreInboxStore;
  beforeEach(async () => {
    database = await openMeteredFirestore();
    store = new FirestoreInboxStore({
      firestore: database.firestore,
      logger: silentLogger,
      now: AN_HOUR_LATER,
    });
  });
  afterEach(async () => {
    store.close();
    await database.close();
  });

  const idOf = (n: number) => `msg_${String(n).padStart(22, '0')}`;
  const post = (n: number, toAgent: string | null) =>
    store.insert(sampleMessage({ id: idOf(n), toAgent }, NOW), LIMIT);
  const ack = (n: number, agentId: string | null) =>
    store.acknowledge(
      { teamId: 'team_a', messageId: idOf(n) },
      { agentId, by: 'key_1', at: NOW, note: null },
    );
  const list = async (agentId: string) =>
    (await store.list({ teamId: 'team_a', agentId }, { all: false, now: NOW, limit: 50 })).messages.length;

  it('costs one write for a message, and one for its acknowledgement', async () => {
    const before = database.meter.snapshot();
    await post(1, 'agent-1');
    expect(database.meter.since(before)).toMatchObject({ reads: 1, writes: 1 });
    await ack(1, 'agent-1');
    expect(database.meter.since(before)).toMatchObject({ reads: 2, writes: 2, deletes: 0 });
  });

  it('does not read again and again what an agent has acknowledged of messages to the team', async () => {
    for (let n = 0; n < 130; n++) await post(n, null);
    for (let n = 0; n < 130; n++) if (n % 10 !== 0) await ack(n, 'agent-1');
    expect(await list('agent-1')).toBe(13);
    expect(await list('agent-1')).toBe(13);
    const before = database.meter.snapshot();
    expect(await list('agent-1')).toBe(13);
    const { reads, writes } = database.meter.since(before);
    expect(writes).toBe(0);
    // Those that wait, the ledger, an empty query, and what may come after the mark.
    expect(reads).toBeLessThan(13 + 2 + 50);
  });

  it('lets a wait cost nothing but what comes in', async () => {
    const watch = await store.watch({ teamId: 'team_a', agentId: 'agent-1' });
    const arrivals = watch.arrivals[Symbol.asyncIterator]();
    const before = database.meter.snapshot();
    await post(1, 'agent-2');
    await post(2, 'agent-1');
    await arrivals.next();
    watch.close();
    // Each post counts its inbox; the listener is told of one.
    expect(database.meter.since(before)).toMatchObject({ reads: 3, writes: 2 });
  });
});
