import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type DocumentData, Query, Timestamp } from 'firebase-admin/firestore';
import { PURGE_GRACE_MS, purgeExpired } from '../src/stores/expired.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

const NOW = Date.UTC(2030, 0, 1);
const over = Timestamp.fromMillis(NOW - PURGE_GRACE_MS);
const recentlyOver = Timestamp.fromMillis(NOW - PURGE_GRACE_MS + 1);
const LIMIT = 10_000;
const NONE = { timers: 0, idempotency: 0, unarmed: 0, messages: 0, ledgers: 0, windows: 0, rates: 0 };

describe('purgeExpired', () => {
  let database: OpenFirestore;
  beforeEach(async () => {
    database = await openFirestore();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await database.close();
  });

  async function add(collection: string, documents: Record<string, DocumentData>): Promise<void> {
    const batch = database.firestore.batch();
    for (const [id, data] of Object.entries(documents)) {
      batch.create(database.firestore.collection(collection).doc(id), data);
    }
    await batch.commit();
  }

  async function idsIn(collection: string): Promise<string[]> {
    return (await database.firestore.collection(collection).get()).docs.map(({ id }) => id);
  }

  it.each([
    ['timers', 'purgeAt'],
    ['idempotency', 'expireAt'],
    ['unarmed', 'expireAt'],
    ['messages', 'expireAt'],
    ['ledgers', 'expireAt'],
    ['rates', 'expireAt'],
  ])(
    'deletes from %s what was over three days ago, in every shard, and nothing else (complaint 12)',
    async (name, field) => {
      const ids = Array.from({ length: 16 }, (_, shard) => `old-${shard}`);
      await add(name, Object.fromEntries(ids.map((id, shard) => [id, { shard, [field]: over }])));
      await add(name, {
        recent: { shard: 3, [field]: recentlyOver },
        unsettled: { shard: 3, [field]: null },
      });
      expect(await purgeExpired(database.firestore, NOW, LIMIT)).toEqual({ ...NONE, [name]: 16 });
      expect(await idsIn(name)).toEqual(['recent', 'unsettled']);
      expect(await purgeExpired(database.firestore, NOW, LIMIT)).toEqual(NONE);
    },
  );

  it('deletes events that no timer holds, which are timers of a collection below', async () => {
    await add('events/tmr/timers', {
      over: { shard: 1, purgeAt: over },
      recent: { shard: 1, purgeAt: recentlyOver },
    });
    expect(await purgeExpired(database.firestore, NOW, LIMIT)).toEqual({ ...NONE, timers: 1 });
    expect(await idsIn('events/tmr/timers')).toEqual(['recent']);
  });

  it('goes on through all pages of a shard, up to the limit', async () => {
    const documents = (from: number) =>
      Object.fromEntries(
        Array.from({ length: 450 }, (_, index) => [`t${from + index}`, { shard: 7, purgeAt: over }]),
      );
    await add('timers', documents(0));
    await add('timers', documents(450));
    expect(await purgeExpired(database.firestore, NOW, 600)).toEqual({ ...NONE, timers: 600 });
    expect(await purgeExpired(database.firestore, NOW, 600)).toEqual({ ...NONE, timers: 300 });
  });

  it('spares a document that changes while it purges', async () => {
    await add('timers', { reopened: { shard: 0, purgeAt: over }, over: { shard: 0, purgeAt: over } });
    const get = Query.prototype.get;
    jest.spyOn(Query.prototype, 'get').mockImplementationOnce(async function (this: Query) {
      const found = await get.call(this);
      await database.firestore.collection('timers').doc('reopened').update({ purgeAt: null });
      return found;
    });
    expect(await purgeExpired(database.firestore, NOW, LIMIT)).toEqual({ ...NONE, timers: 1 });
    expect(await idsIn('timers')).toEqual(['reopened']);
  });
});
