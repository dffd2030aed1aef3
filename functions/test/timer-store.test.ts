import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StorageUnavailable, type Timer } from '@minoots/core';
import { sampleTimer, timerStoreContract } from '@minoots/core/testing';
import {
  type DocumentData,
  DocumentReference,
  type Firestore,
  GrpcStatus,
  Query,
  Timestamp,
} from 'firebase-admin/firestore';
import { documentId, TIMERS } from '../src/stores/collections.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { openFirestore } from './support/firestore.ts';
import { plansKeeping } from './support/plans.ts';

const BIRTH = Date.UTC(2030, 0, 1);
const HISTORY_MS = 30 * 24 * 3_600_000;
/** How long timers are there after that. */
const MARGIN_MS = 3 * 24 * 3_600_000;
const LONG_AGO = BIRTH - HISTORY_MS - MARGIN_MS;

timerStoreContract('FirestoreTimerStore', async () => {
  const { firestore, close } = await openFirestore();
  return {
    store: new FirestoreTimerStore({ firestore, now: () => 0, plans: plansKeeping(HISTORY_MS) }),
    close,
  };
});

describe('FirestoreTimerStore', () => {
  let firestore: Firestore;
  let close: () => Promise<void>;
  let store: FirestoreTimerStore;
  let now: number;
  beforeEach(async () => {
    ({ firestore, close } = await openFirestore());
    now = BIRTH;
    store = new FirestoreTimerStore({ firestore, now: () => now, plans: plansKeeping(HISTORY_MS) });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await close();
  });

  const save = (timer: Timer) => store.update(keyOf(timer), () => ({ save: timer, result: null }));
  const documentOf = async ({ teamId, id }: Timer): Promise<DocumentData> => {
    const snapshot = await firestore.collection(TIMERS).doc(documentId(teamId, id)).get();
    return snapshot.data() ?? {};
  };

  describe('insert', () => {
    it.each([1, 2])('knows its own write when the answer got lost, of %d at once', async (count) => {
      sendCreatesTwice(firestore);
      const timers = Array.from({ length: count }, () => sampleTimer());
      expect(await store.insert(timers)).toEqual(timers.map(() => ({ inserted: true })));
    });

    it('takes the very same timer for another write when somebody else inserted it', async () => {
      const timer = sampleTimer();
      await store.insert([timer]);
      expect(await store.insert([timer])).toEqual([{ inserted: false, existing: timer }]);
    });

    it('judges each of many by itself', async () => {
      const taken = sampleTimer({ name: 'taken' });
      await store.insert([taken]);
      const many = Array.from({ length: 200 }, () => sampleTimer());
      many[70] = { ...taken, name: 'rival' };
      many[199] = { ...sampleTimer(), id: many[0]?.id ?? '' };
      const outcomes = await store.insert(many);
      expect(outcomes.flatMap((outcome, index) => (outcome.inserted ? [] : [index]))).toEqual([70, 199]);
      expect(outcomes[70]).toEqual({ inserted: false, existing: taken });
      expect(outcomes[199]).toEqual({ inserted: false, existing: many[0] });
      expect((await store.list('team_a', {}, 200)).timers).toHaveLength(199);
    });

    it('takes large timers, alone and among others', async () => {
      const text = 'x'.repeat(900_000);
      const large = () => sampleTimer({ metadata: { text } });
      const timers = [large(), sampleTimer(), large(), sampleTimer({ metadata: { text: text.repeat(3) } })];
      expect((await store.insert(timers)).every(({ inserted }) => inserted)).toBe(true);
      for (const timer of timers) expect(await store.get(keyOf(timer))).toEqual(timer);
    });

    it('spreads timers with ids in a row over all shards', async () => {
      await store.insert(Array.from({ length: 320 }, (_, index) => sampleTimer({ id: `job-${index}` })));
      const { docs } = await firestore.collection(TIMERS).get();
      const shards = Array.from({ length: 16 }, () => 0);
      for (const doc of docs) shards[doc.get('shard')] = (shards[doc.get('shard')] ?? 0) + 1;
      expect(shards).toHaveLength(16);
      expect(Math.min(...shards)).toBeGreaterThan(5);
    });
  });

  describe('a timer whose history is over', () => {
    const settled = cancelled(sampleTimer({ id: 'old' }, LONG_AGO), LONG_AGO);
    beforeEach(() => store.insert([settled, sampleTimer({ id: 'new' }, BIRTH)]));

    it('is there until then, and cannot be found after (complaint 12)', async () => {
      now = BIRTH - 1;
      expect(await store.get(keyOf(settled))).toEqual(settled);
      expect((await store.list('team_a', {}, 1)).timers).toHaveLength(1);
      now = BIRTH;
      expect(await store.get(keyOf(settled))).toBeNull();
      expect(await store.update(keyOf(settled), (timer) => ({ result: timer }))).toBeNull();
      expect((await store.list('team_a', {}, 10)).timers.map(({ id }) => id)).toEqual(['new']);
      expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(0);
    });

    it('leaves its id to a new one', async () => {
      const next = sampleTimer({ id: 'old', name: 'next' }, BIRTH);
      expect(await store.insert([next])).toEqual([{ inserted: true }]);
      expect(await store.get(keyOf(next))).toEqual(next);
      expect(Object.keys((await documentOf(next)).commits)).toEqual(['1']);
    });
  });

  describe('the document', () => {
    it('is to be deleted once the history of a settled timer is over, and not while the timer lives (complaint 12)', async () => {
      const timer = sampleTimer();
      await store.insert([timer]);
      expect((await documentOf(timer)).purgeAt).toBeNull();
      await save(cancelled(timer, BIRTH + 5));
      expect((await documentOf(timer)).purgeAt).toEqual(
        Timestamp.fromMillis(BIRTH + 5 + HISTORY_MS + MARGIN_MS),
      );
      await save(timer);
      expect((await documentOf(timer)).purgeAt).toBeNull();
    });

    it('keeps when each version that stands in the history was committed', async () => {
      const timer = sampleTimer();
      await store.insert([timer]);
      const [created] = timer.log;
      if (created === undefined) throw new Error('a timer without history');
      const first = await documentOf(timer);
      await save({ ...timer, version: 2, log: [created, { ...created, version: 2 }] });
      const second = await documentOf(timer);
      await save({
        ...timer,
        version: 4,
        log: [
          { ...created, version: 2 },
          { ...created, version: 4 },
        ],
      });
      const third = await documentOf(timer);
      expect(first.commits).toEqual({ 1: first.changedAt });
      expect(second.commits).toEqual({ 1: first.changedAt, 2: second.changedAt });
      expect(third.commits).toEqual({ 2: second.changedAt, 4: third.changedAt });
      const instants = [first, second, third].map(({ changedAt }) => changedAt.toMillis());
      expect(new Set(instants).size).toBe(3);
    });

    it('holds instants as integers', async () => {
      const timer = cancelled(sampleTimer({}, BIRTH), BIRTH + 1);
      await store.insert([timer, sampleTimer({ id: 'running' }, BIRTH)]);
      const settled = await documentOf(timer);
      const running = await documentOf(sampleTimer({ id: 'running' }));
      const instants = [settled.fireAt, settled.settledAt, running.alarmAt];
      expect(instants.every(Number.isSafeInteger)).toBe(true);
      expect(settled.alarmAt).toBeNull();
    });
  });

  describe('update', () => {
    it('takes what a decision throws for a refusal, whatever it looks like', async () => {
      const timer = sampleTimer();
      await store.insert([timer]);
      const decide = jest.fn(() => {
        throw fault(GrpcStatus.ABORTED);
      });
      await expect(store.update(keyOf(timer), decide)).rejects.toThrow(fault(GrpcStatus.ABORTED));
      expect(decide).toHaveBeenCalledTimes(1);
    });

    it('tries again when another change came in between', async () => {
      const timer = sampleTimer();
      await store.insert([timer]);
      jest.spyOn(firestore, 'runTransaction').mockRejectedValueOnce(fault(GrpcStatus.ABORTED));
      await save({ ...timer, name: 'coffee' });
      expect((await store.get(keyOf(timer)))?.name).toBe('coffee');
    });

    it.each([GrpcStatus.UNAVAILABLE, GrpcStatus.UNKNOWN])(
      'makes a change once when its answer got lost with status %d',
      async (code) => {
        const timer = sampleTimer();
        await store.insert([timer]);
        const transact = firestore.runTransaction.bind(firestore);
        jest.spyOn(firestore, 'runTransaction').mockImplementationOnce(async (...args) => {
          await transact(...args);
          throw fault(code);
        });
        const result = await store.update(keyOf(timer), (found) => {
          if (found === null) throw new Error('the timer is gone');
          return {
            save: { ...found, name: `${found.name}!`, version: found.version + 1 },
            result: found.name,
          };
        });
        expect(result).toBe('tea');
        expect(await store.get(keyOf(timer))).toMatchObject({ name: 'tea!', version: 2 });
      },
    );

    it('says that the storage is unavailable when Firestore is (complaint 3)', async () => {
      const timer = sampleTimer();
      for (const code of [GrpcStatus.DEADLINE_EXCEEDED, GrpcStatus.RESOURCE_EXHAUSTED]) {
        jest.spyOn(firestore, 'runTransaction').mockRejectedValueOnce(fault(code));
        await expect(save(timer)).rejects.toThrow(StorageUnavailable);
      }
      jest.spyOn(firestore, 'runTransaction').mockRejectedValueOnce(fault(GrpcStatus.PERMISSION_DENIED));
      await expect(save(timer)).rejects.toThrow(fault(GrpcStatus.PERMISSION_DENIED));
    });
  });

  describe('list', () => {
    it('looks at 500 documents for a page, and goes on from there with the next', async () => {
      const common = Array.from({ length: 620 }, () => sampleTimer({ agentId: 'bot' }));
      const rare = sampleTimer({ agentId: 'bot', name: 'rare' });
      await store.insert([rare]);
      await store.insert(common);
      const asked = jest.spyOn(Query.prototype, 'limit');
      const first = await store.list('team_a', { agentId: 'bot', name: 'rare' }, 10);
      expect(asked.mock.calls.map(([limit]) => limit)).toEqual([51, 100, 100, 100, 100, 100]);
      expect(first).toEqual({ timers: [], next: expect.any(String) });
      const filter = { agentId: 'bot', name: 'rare' };
      const second = await store.list('team_a', filter, 10, first.next ?? undefined);
      expect(second).toEqual({ timers: [rare], next: null });
    });
  });

  it('lists a page by asking for one timer more than it holds', async () => {
    await store.insert(Array.from({ length: 130 }, () => sampleTimer()));
    const asked = jest.spyOn(Query.prototype, 'limit');
    expect((await store.list('team_a', {}, 50)).timers).toHaveLength(50);
    expect((await store.list('team_a', {}, 120)).timers).toHaveLength(120);
    expect(asked.mock.calls.map(([limit]) => limit)).toEqual([51, 51, 70]);
  });

  describe('a list of large timers', () => {
    const text = 'x'.repeat(300_000);
    beforeEach(() => store.insert(Array.from({ length: 56 }, () => sampleTimer({ metadata: { text } }))));

    it('ends its pages early, and leaves none out', async () => {
      const sizes: number[] = [];
      let after: string | undefined;
      do {
        const { timers, next } = await store.list('team_a', {}, 200, after);
        sizes.push(timers.length);
        after = next ?? undefined;
      } while (after !== undefined);
      expect(sizes).toEqual([27, 27, 2]);
    });

    it('asks for few at a time, once it knows how large they are', async () => {
      const asked = jest.spyOn(Query.prototype, 'limit');
      await store.list('team_a', { fireBefore: 0 }, 200);
      expect(asked.mock.calls.map(([limit]) => limit)).toEqual([51, 26]);
    });
  });

  describe('listDue', () => {
    it('merges the shards in the order of the instants, page by page', async () => {
      const timers = Array.from({ length: 300 }, (_, n) =>
        sampleTimer({ when: { type: 'instant', at: BIRTH + ((n * 7) % 100) } }, BIRTH),
      );
      await store.insert(timers);
      const seen: string[] = [];
      const instants: number[] = [];
      let after: string | null = null;
      do {
        const page = await store.listDue({ from: BIRTH, until: BIRTH + 1_000, limit: 40, after });
        expect(page.due.length).toBeGreaterThan(0);
        expect(page.due.length).toBeLessThanOrEqual(40);
        seen.push(...page.due.map(({ timerId }) => timerId));
        instants.push(...page.due.map(({ at }) => at));
        after = page.next;
      } while (after !== null);
      expect(instants).toEqual([...instants].sort((a, b) => a - b));
      expect(seen.sort()).toEqual(timers.map(({ id }) => id).sort());
    });
  });

  describe('removeSettled', () => {
    it('removes more than one step of timers', async () => {
      const timers = Array.from({ length: 510 }, (_, n) => cancelled(sampleTimer({}, BIRTH), BIRTH + n));
      await store.insert(timers);
      const filter = { statuses: ['cancelled' as const], settledBefore: BIRTH + 505 };
      expect(await store.removeSettled('team_a', filter)).toBe(505);
      expect((await store.list('team_a', {}, 10)).timers).toHaveLength(5);
    });

    it('leaves a timer that is opened again after it was found', async () => {
      const [opened, other] = [sampleTimer(), sampleTimer()];
      await store.insert([cancelled(opened, BIRTH), cancelled(other, BIRTH)]);
      const get = Query.prototype.get;
      jest.spyOn(Query.prototype, 'get').mockImplementationOnce(async function (this: Query) {
        const found = await get.call(this);
        await save(opened);
        return found;
      });
      expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(1);
      expect(await store.get(keyOf(opened))).toEqual(opened);
      expect(await store.get(keyOf(other))).toBeNull();
    });
  });
});

const keyOf = ({ teamId, id }: Timer) => ({ teamId, timerId: id });

function cancelled(timer: Timer, at: number): Timer {
  if (timer.status !== 'running') throw new Error(`a ${timer.status} timer`);
  const { recheckAt: _, totalMs: __, ...fields } = timer;
  return { ...fields, status: 'cancelled', settledAt: at };
}

/** What the client library does when the first answer is lost on the way. */
function sendCreatesTwice(firestore: Firestore): void {
  const create = DocumentReference.prototype.create;
  jest.spyOn(DocumentReference.prototype, 'create').mockImplementation(async function (
    this: DocumentReference,
    data,
  ) {
    await create.call(this, data);
    return create.call(this, data);
  });
  const bulkWriter = firestore.bulkWriter.bind(firestore);
  jest.spyOn(firestore, 'bulkWriter').mockImplementation((options) => {
    const writer = bulkWriter(options);
    const createOne = writer.create.bind(writer);
    const flush = writer.close.bind(writer);
    const sent: Promise<unknown>[] = [];
    writer.create = (ref, data) => {
      const first = create.call(ref, data);
      sent.push(first);
      return first.then(() => createOne(ref, data));
    };
    writer.close = () => Promise.all(sent).then(flush);
    return writer;
  });
}

function fault(code: GrpcStatus): Error {
  return Object.assign(new Error(`fault ${code}`), { code });
}
