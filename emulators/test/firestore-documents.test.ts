import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FieldPath, FieldValue, GeoPoint, Timestamp } from 'firebase-admin/firestore';
import { type Bench, openBench } from './support/firestore.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

describe('documents over the wire', () => {
  it('come back as they were stored, value by value', async () => {
    const firestore = bench.firestore();
    const reference = firestore.doc('values/all');
    const data = {
      zero: 0,
      instant: 1_790_000_000_123,
      largest: Number.MAX_SAFE_INTEGER,
      smallest: Number.MIN_SAFE_INTEGER,
      half: -0.5,
      huge: 1e300,
      no: false,
      nothing: null,
      empty: '',
      text: 'é漢🙂',
      bytes: Buffer.from([0, 1, 254, 255]),
      noBytes: Buffer.alloc(0),
      at: new Timestamp(1_790_000_000, 123_456_000),
      epoch: new Timestamp(0, 0),
      place: new GeoPoint(-12.5, 130.25),
      other: firestore.doc('values/other'),
      list: [1, 'two', null, { three: 3 }],
      noList: [],
      map: { 'a.b': { c: [true] }, none: {} },
      vector: FieldValue.vector([0.5, 2]),
    };
    await reference.set(data);
    expect((await reference.get()).data()).toEqual(data);
  });

  it('refuses an integer that it could not keep, instead of storing another one', async () => {
    const reference = bench.firestore().doc('values/large');
    await expect(reference.set({ deep: [{ large: 2n ** 53n }] })).rejects.toMatchObject({ code: 12 });
    expect((await reference.get()).exists).toBe(false);
  });

  it('keeps to preconditions and answers with the codes of Firestore', async () => {
    const reference = bench.firestore().doc('things/one');
    await expect(reference.update({ a: 1 })).rejects.toMatchObject({ code: 5 });
    await expect(reference.delete({ exists: true })).rejects.toMatchObject({ code: 5 });
    const { writeTime } = await reference.create({ a: 1 });
    await expect(reference.create({ a: 2 })).rejects.toMatchObject({
      code: 6,
      message: '6 ALREADY_EXISTS: Document already exists: things/one',
    });
    await reference.update({ a: 3 }, { lastUpdateTime: writeTime });
    await expect(reference.update({ a: 4 }, { lastUpdateTime: writeTime })).rejects.toMatchObject({
      code: 9,
    });
    await expect(reference.delete({ lastUpdateTime: writeTime })).rejects.toMatchObject({ code: 9 });
    expect((await reference.get()).data()).toEqual({ a: 3 });
  });

  it('tells apart writes that follow each other at once', async () => {
    const firestore = bench.firestore();
    const references = Array.from({ length: 50 }, (_, index) => firestore.doc(`many/${index}`));
    const results = await Promise.all(references.map((reference) => reference.create({})));
    expect(new Set(results.map(({ writeTime }) => writeTime.valueOf())).size).toBe(50);
  });

  it('merges, deletes fields, and applies transforms', async () => {
    const reference = bench.firestore().doc('things/merged');
    const before = Date.now();
    await reference.set({ count: 1, tags: ['a'], map: { keep: 1, drop: 2 }, gone: true });
    await reference.set({ map: { added: 3 } }, { merge: true });
    await reference.update({
      count: FieldValue.increment(41),
      tags: FieldValue.arrayUnion('b', 'a'),
      at: FieldValue.serverTimestamp(),
      gone: FieldValue.delete(),
      'map.drop': FieldValue.delete(),
    });
    await reference.update(new FieldPath('commits', '7'), FieldValue.serverTimestamp());
    const snapshot = await reference.get();
    const { at, commits, ...rest } = snapshot.data() ?? {};
    expect(rest).toEqual({ count: 42, tags: ['a', 'b'], map: { keep: 1, added: 3 } });
    expect(at.toMillis()).toBeGreaterThanOrEqual(before);
    expect(commits['7']).toEqual(snapshot.updateTime);
  });

  it('commits a batch as a whole or not at all', async () => {
    const firestore = bench.firestore();
    await firestore.doc('batch/taken').set({});
    const batch = firestore.batch();
    batch.set(firestore.doc('batch/new'), {});
    batch.create(firestore.doc('batch/taken'), {});
    await expect(batch.commit()).rejects.toMatchObject({ code: 6 });
    expect((await firestore.doc('batch/new').get()).exists).toBe(false);
  });

  it('lets each write of a bulk writer succeed or fail by itself', async () => {
    const firestore = bench.firestore();
    await firestore.doc('bulk/taken').set({});
    const writer = firestore.bulkWriter();
    const outcomes = [
      writer.create(firestore.doc('bulk/a'), { n: 1 }),
      writer.create(firestore.doc('bulk/taken'), { n: 2 }),
      writer.set(firestore.doc('bulk/b'), { n: 3 }),
    ].map((outcome) =>
      outcome.then(
        () => 'done',
        (error: { code: number }) => error.code,
      ),
    );
    await writer.close();
    await expect(Promise.all(outcomes)).resolves.toEqual(['done', 6, 'done']);
  });

  it('gets several at once, also with a mask, and lists documents and collections', async () => {
    const firestore = bench.firestore();
    await firestore.doc('a/1').set({ x: 1, map: { y: 2, z: 3 } });
    await firestore.doc('a/2/below/1').set({});
    const [one, two] = await firestore.getAll(firestore.doc('a/1'), firestore.doc('a/2'), {
      fieldMask: ['map.y'],
    });
    expect([one?.data(), two?.exists]).toEqual([{ map: { y: 2 } }, false]);
    expect((await firestore.collection('a').listDocuments()).map(({ id }) => id)).toEqual(['1', '2']);
    expect((await firestore.listCollections()).map(({ id }) => id)).toEqual(['a']);
    expect((await firestore.doc('a/2').listCollections()).map(({ id }) => id)).toEqual(['below']);
  });

  it('deletes a collection with all below it', async () => {
    const firestore = bench.firestore();
    await firestore.doc('tree/1').set({});
    await firestore.doc('tree/1/below/2').set({});
    await firestore.recursiveDelete(firestore.collection('tree'));
    expect((await firestore.collection('tree').listDocuments()).length).toBe(0);
  });

  it('keeps projects apart, and forgets all of them at a reset', async () => {
    const [one, other] = [bench.firestore(), bench.firestore()];
    await one.doc('a/1').set({ from: 'one' });
    expect((await other.doc('a/1').get()).exists).toBe(false);
    bench.emulator.reset();
    expect((await one.doc('a/1').get()).exists).toBe(false);
  });
});
