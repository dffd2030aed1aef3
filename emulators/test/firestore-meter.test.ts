import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FieldPath, Filter, type Firestore } from 'firebase-admin/firestore';
import type { Usage } from '../src/index.ts';
import { type Bench, openBench } from './support/firestore.ts';
import { Inbox } from './support/inbox.ts';

let bench: Bench;
let firestore: Firestore;
beforeAll(async () => {
  bench = await openBench();
  firestore = bench.firestore();
  await Promise.all([1, 2, 3].map((n) => firestore.doc(`docs/${n}`).set({ n, kind: 'x' })));
});
afterAll(() => bench.close());

async function costOf(work: () => Promise<unknown>): Promise<Usage> {
  const before = bench.emulator.meter.snapshot();
  await work();
  const { reads, writes, deletes } = bench.emulator.meter.since(before);
  return { reads, writes, deletes };
}

const docs = () => firestore.collection('docs');

describe('the meter', () => {
  it.each<[string, () => Promise<unknown>, Partial<Usage>]>([
    ['a read for a document', () => firestore.doc('docs/1').get(), { reads: 1 }],
    ['a read for a missing document', () => firestore.doc('docs/none').get(), { reads: 1 }],
    ['a read for each result', () => docs().where('n', '>', 1).get(), { reads: 2 }],
    ['a read for a query without results', () => docs().where('n', '>', 9).get(), { reads: 1 }],
    ['a read for each skipped result', () => docs().orderBy('n').offset(2).get(), { reads: 3 }],
    ['a read for a small count', () => docs().count().get(), { reads: 1 }],
    ['a read for a list of collections', () => firestore.listCollections(), { reads: 1 }],
    [
      'a write for a write with transforms',
      () => firestore.doc('docs/1').set({ n: 1, kind: 'x' }),
      { writes: 1 },
    ],
    ['a delete for a delete of nothing', () => firestore.doc('docs/none').delete(), { deletes: 1 }],
    [
      'nothing for a refused write',
      () =>
        firestore
          .doc('docs/1')
          .create({})
          .catch(() => {}),
      {},
    ],
  ])('counts %s', async (_, work, expected) => {
    expect(await costOf(work)).toEqual({ reads: 0, writes: 0, deletes: 0, ...expected });
  });

  it('counts a transaction and a batch by their documents', async () => {
    const cost = await costOf(() =>
      firestore.runTransaction(async (transaction) => {
        await transaction.getAll(firestore.doc('docs/1'), firestore.doc('docs/2'));
        transaction.set(firestore.doc('docs/4'), {});
        transaction.delete(firestore.doc('docs/4'));
      }),
    );
    expect(cost).toEqual({ reads: 2, writes: 1, deletes: 1 });
    const writer = firestore.bulkWriter();
    void writer.set(firestore.doc('docs/5'), {});
    void writer.delete(firestore.doc('docs/5'));
    expect(await costOf(() => writer.close())).toEqual({ reads: 0, writes: 1, deletes: 1 });
  });

  it('counts a read for each thousand entries of a count', async () => {
    const writer = firestore.bulkWriter();
    for (let n = 0; n < 1001; n += 1) void writer.set(firestore.doc(`thousand/${n}`), {});
    await writer.close();
    expect(await costOf(() => firestore.collection('thousand').count().get())).toMatchObject({ reads: 2 });
  });

  it('counts what a listener is told: changes and leaving, but no deletion', async () => {
    const inbox = new Inbox<unknown>();
    const step = (work: () => Promise<unknown>) =>
      costOf(async () => {
        await work();
        await inbox.next();
      });
    let stop = () => {};
    const start = async () => {
      stop = firestore.collection('heard').where('on', '==', true).onSnapshot(inbox.put);
    };
    const document = firestore.doc('heard/1');
    expect(await step(start)).toMatchObject({ reads: 1 });
    expect(await step(() => document.set({ on: true }))).toMatchObject({ reads: 1 });
    expect(await step(() => document.update({ on: false }))).toMatchObject({ reads: 1 });
    expect(await step(() => document.update({ on: true }))).toMatchObject({ reads: 1 });
    expect(await step(() => document.delete())).toMatchObject({ reads: 0, deletes: 1 });
    stop();
  });

  it('tells the usage of each collection', async () => {
    const before = bench.emulator.meter.snapshot();
    await firestore.doc('left/1/below/1').set({});
    await firestore.doc('right/1').get();
    expect(bench.emulator.meter.since(before)).toEqual({
      reads: 1,
      writes: 1,
      deletes: 0,
      byCollection: {
        below: { reads: 0, writes: 1, deletes: 0 },
        right: { reads: 1, writes: 0, deletes: 0 },
      },
    });
  });

  it('keeps the shape of each query once', async () => {
    bench.emulator.reset();
    for (const team of ['a', 'b']) {
      await docs()
        .where('team', '==', team)
        .where('status', 'in', ['x', 'y'])
        .where('labels', 'array-contains', 'k=v')
        .where('at', '<=', 3)
        .orderBy('at', 'desc')
        .orderBy(FieldPath.documentId(), 'desc')
        .limit(5)
        .get();
    }
    await firestore.collectionGroup('parts').where('gone', '==', null).count().get();
    await docs()
      .where(Filter.or(Filter.where('a', '==', 1), Filter.where('b', '>', 1)))
      .get();
    const plain = { equality: [], in: [], arrayContains: [], inequality: [], orderBy: [] };
    expect(bench.emulator.meter.queries()).toEqual([
      {
        collection: 'docs',
        queryScope: 'COLLECTION',
        equality: ['team'],
        in: ['status'],
        arrayContains: ['labels'],
        inequality: ['at'],
        orderBy: [
          { field: 'at', direction: 'DESCENDING' },
          { field: '__name__', direction: 'DESCENDING' },
        ],
      },
      { ...plain, collection: 'parts', queryScope: 'COLLECTION_GROUP', equality: ['gone'] },
      expect.objectContaining({ equality: ['a'], inequality: [] }),
      expect.objectContaining({ equality: [], inequality: ['b'] }),
    ]);
  });
});
