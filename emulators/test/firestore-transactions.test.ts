import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FieldValue } from 'firebase-admin/firestore';
import { type Bench, openBench } from './support/firestore.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ transactionIdleMs: 300 });
});
afterAll(() => bench.close());

describe('transactions over the wire', () => {
  it('leave every increment in when 20 of them meet at one document', async () => {
    const firestore = bench.firestore();
    const counter = firestore.doc('counters/one');
    await counter.set({ count: 0 });
    const increment = () =>
      firestore.runTransaction(async (transaction) => {
        const snapshot = await transaction.get(counter);
        transaction.update(counter, { count: snapshot.get('count') + 1 });
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    expect((await counter.get()).get('count')).toBe(20);
  });

  it('hold a plain write back until they have ended', async () => {
    const firestore = bench.firestore();
    const document = firestore.doc('held/one');
    await document.set({ by: 'setup' });
    const order: string[] = [];
    const { promise: hasRead, resolve: read } = Promise.withResolvers<void>();
    const transaction = firestore.runTransaction(async (held) => {
      await held.get(document);
      read();
      // A round trip to the server, so that the plain write is there before the commit.
      await firestore.doc('held/other').get();
      held.update(document, { by: 'transaction' });
    });
    await hasRead;
    const write = document.update({ by: 'write', from: 'outside' }).then(() => order.push('write'));
    await transaction.then(() => order.push('transaction'));
    await write;
    expect(order).toEqual(['transaction', 'write']);
    expect((await document.get()).data()).toEqual({ by: 'write', from: 'outside' });
  });

  it('are tried again when they lock the same documents crosswise', async () => {
    const firestore = bench.firestore();
    const [a, b] = [firestore.doc('cross/a'), firestore.doc('cross/b')];
    await Promise.all([a.set({ n: 0 }), b.set({ n: 0 })]);
    const bothHaveOne = barrier(2);
    const attempts: string[] = [];
    const run = (name: string, [first, second]: [typeof a, typeof a]) =>
      firestore.runTransaction(async (transaction) => {
        attempts.push(name);
        await transaction.get(first);
        await bothHaveOne();
        await transaction.get(second);
        transaction.update(first, { n: FieldValue.increment(1) });
        transaction.update(second, { n: FieldValue.increment(1) });
      });
    await Promise.all([run('there', [a, b]), run('back', [b, a])]);
    expect(attempts).toHaveLength(3);
    expect([(await a.get()).get('n'), (await b.get()).get('n')]).toEqual([2, 2]);
  });

  it('are tried again when a query would find something else at the commit', async () => {
    const firestore = bench.firestore();
    const seats = firestore.collection('seats');
    const take = (name: string, before: () => Promise<void>) =>
      firestore.runTransaction(async (transaction) => {
        const taken = await transaction.get(seats.where('taken', '==', true));
        await before();
        if (taken.size === 0) transaction.set(seats.doc(name), { taken: true });
      });
    const bothHaveLooked = barrier(2);
    await Promise.all([take('left', bothHaveLooked), take('right', bothHaveLooked)]);
    expect((await seats.get()).size).toBe(1);
  });

  it('see one state of the database when they only read', async () => {
    const firestore = bench.firestore();
    const document = firestore.doc('seen/one');
    await document.set({ n: 1 });
    const seen = await firestore.runTransaction(
      async (transaction) => {
        const first = await transaction.get(document);
        await new Promise((resolve) => setTimeout(resolve, 2));
        await document.set({ n: 2 });
        return [first.get('n'), (await transaction.get(document)).get('n')];
      },
      { readOnly: true },
    );
    expect(seen).toEqual([1, 1]);
  });

  it('roll back when their function throws, and give their locks up', async () => {
    const firestore = bench.firestore();
    const document = firestore.doc('thrown/one');
    await document.set({ n: 1 });
    const failing = firestore.runTransaction(async (transaction) => {
      await transaction.get(document);
      transaction.update(document, { n: 2 });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await document.update({ m: 3 });
    expect((await document.get()).data()).toEqual({ n: 1, m: 3 });
  });

  it('end when nobody has spoken to them for long', async () => {
    const firestore = bench.firestore();
    const document = firestore.doc('idle/one');
    await document.set({ n: 0 });
    let attempts = 0;
    await firestore.runTransaction(async (transaction) => {
      attempts += 1;
      await transaction.get(document);
      // Comes through only when the first attempt has lost its lock.
      if (attempts === 1) await document.set({ n: 10 });
      transaction.update(document, { n: FieldValue.increment(1) });
    });
    expect(attempts).toBe(2);
    expect((await document.get()).get('n')).toBe(11);
  });
});

/** Lets callers through when `count` of them have come; those who come later pass at once. */
function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = count;
  return () => {
    missing -= 1;
    if (missing <= 0) resolve();
    return promise;
  };
}
