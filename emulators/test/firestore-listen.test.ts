import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DocumentSnapshot, Firestore, Query, QuerySnapshot } from 'firebase-admin/firestore';
import { type Bench, openBench } from './support/firestore.ts';
import { Inbox } from './support/inbox.ts';

let bench: Bench;
let firestore: Firestore;
beforeAll(async () => {
  bench = await openBench();
  firestore = bench.firestore();
});
afterAll(() => bench.close());

describe('listeners over the wire', () => {
  it('are told of documents that are added, modified and removed', async () => {
    const tasks = firestore.collection('tasks');
    await tasks.doc('a').set({ open: true });
    const { inbox, stop } = listenTo(tasks.where('open', '==', true));
    expect(changesOf(await inbox.next())).toEqual(['added a']);
    await tasks.doc('b').set({ open: true });
    expect(changesOf(await inbox.next())).toEqual(['added b']);
    await tasks.doc('b').update({ note: 'x' });
    expect(changesOf(await inbox.next())).toEqual(['modified b']);
    await tasks.doc('other').set({ open: false });
    await tasks.doc('a').update({ open: false });
    expect(changesOf(await inbox.next())).toEqual(['removed a']);
    await tasks.doc('b').delete();
    const last = await inbox.next();
    expect([changesOf(last), last.size]).toEqual([['removed b'], 0]);
    stop();
  });

  it('follow a limit and an order', async () => {
    const scores = firestore.collection('scores');
    await Promise.all([1, 2, 3].map((score) => scores.doc(`s${score}`).set({ score })));
    const { inbox, stop } = listenTo(scores.orderBy('score', 'desc').limit(2));
    expect((await inbox.next()).docs.map(({ id }) => id)).toEqual(['s3', 's2']);
    await scores.doc('s9').set({ score: 9 });
    const snapshot = await inbox.next();
    expect(snapshot.docs.map(({ id }) => id)).toEqual(['s9', 's3']);
    expect(changesOf(snapshot)).toEqual(['removed s2', 'added s9']);
    stop();
  });

  it('are told of one document, also while it is not there', async () => {
    const document = firestore.doc('single/one');
    const inbox = new Inbox<DocumentSnapshot>();
    const stop = document.onSnapshot(inbox.put);
    expect((await inbox.next()).exists).toBe(false);
    await document.set({ n: 1 });
    expect((await inbox.next()).data()).toEqual({ n: 1 });
    await firestore.doc('single/other').set({});
    await document.set({ n: 2 });
    expect((await inbox.next()).data()).toEqual({ n: 2 });
    await document.delete();
    expect((await inbox.next()).exists).toBe(false);
    stop();
  });

  it('are not held up by a stream of writes', async () => {
    const busy = firestore.collection('busy');
    const { inbox, stop } = listenTo(busy);
    await inbox.next();
    let isBusy = true;
    const writing = (async () => {
      for (let n = 0; isBusy; n += 1) await busy.doc('one').set({ n });
    })();
    for (let told = 0; told < 5; told += 1) await inbox.next();
    isBusy = false;
    await writing;
    stop();
  });

  it('cost nothing any more once they have gone', async () => {
    const watched = firestore.collection('watched');
    const staying = listenTo(watched);
    const leaving = listenTo(watched);
    await Promise.all([staying.inbox.next(), leaving.inbox.next()]);
    const readsOfOneWrite = async (n: number) => {
      const before = bench.emulator.meter.snapshot();
      await watched.doc('one').set({ n });
      await Promise.all([staying.inbox.next(), ...(leaving.isGone() ? [] : [leaving.inbox.next()])]);
      return bench.emulator.meter.since(before).reads;
    };
    expect(await readsOfOneWrite(1)).toBe(2);
    leaving.stop();
    let reads = 2;
    for (let n = 2; reads === 2 && n < 100; n += 1) reads = await readsOfOneWrite(n);
    expect(reads).toBe(1);
    staying.stop();
  });

  it('see everything go at a reset', async () => {
    const fleeting = firestore.collection('fleeting');
    await fleeting.doc('a').set({});
    const { inbox, stop } = listenTo(fleeting);
    await inbox.next();
    bench.emulator.reset();
    expect(changesOf(await inbox.next())).toEqual(['removed a']);
    stop();
  });

  it('are told why they cannot be served', async () => {
    const inbox = new Inbox<Error>();
    const values = Array.from({ length: 31 }, (_, index) => index);
    firestore
      .collection('tasks')
      .where('n', 'in', values)
      .onSnapshot(() => {}, inbox.put);
    expect((await inbox.next()).message).toMatch(/'IN' supports/);
  });
});

function listenTo(query: Query) {
  const inbox = new Inbox<QuerySnapshot>();
  let isGone = false;
  const unsubscribe = query.onSnapshot(inbox.put);
  const stop = () => {
    isGone = true;
    unsubscribe();
  };
  return { inbox, stop, isGone: () => isGone };
}

function changesOf(snapshot: QuerySnapshot): string[] {
  return snapshot.docChanges().map(({ type, doc }) => `${type} ${doc.id}`);
}
