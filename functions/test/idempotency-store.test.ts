import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IDEMPOTENCY_CLAIM_MS, IDEMPOTENCY_TTL_MS, StorageUnavailable } from '@minoots/core';
import { idempotencyStoreContract } from '@minoots/core/testing';
import { DocumentReference, Firestore, GrpcStatus } from 'firebase-admin/firestore';
import { PART_BYTES } from '../src/stores/answer-packing.ts';
import { FirestoreIdempotencyStore } from '../src/stores/firestore-idempotency-store.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

idempotencyStoreContract('FirestoreIdempotencyStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreIdempotencyStore(firestore), close };
});

describe('FirestoreIdempotencyStore', () => {
  let database: OpenFirestore;
  let store: FirestoreIdempotencyStore;
  beforeEach(async () => {
    database = await openFirestore();
    store = new FirestoreIdempotencyStore(database.firestore);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await database.close();
  });

  const claim = { teamId: 'team_a', key: 'k', fingerprint: 'f', now: 1_000 };
  const takeover = { ...claim, now: claim.now + IDEMPOTENCY_CLAIM_MS };
  const answer = { status: 201, headers: { etag: '"1"' }, body: '{"ok":true}' };
  const failure = (code: GrpcStatus) => Object.assign(new Error('from Firestore'), { code });
  const countDocuments = async () => (await database.firestore.collection('idempotency').get()).size;

  it('claims and answers a new key without a read', async () => {
    const reads = [
      jest.spyOn(DocumentReference.prototype, 'get'),
      jest.spyOn(Firestore.prototype, 'getAll'),
      jest.spyOn(Firestore.prototype, 'runTransaction'),
    ];
    await store.claim(claim);
    await store.answer(claim, answer);
    for (const read of reads) expect(read).not.toHaveBeenCalled();
  });

  it('lets another instance answer and release a claim', async () => {
    const other = new FirestoreIdempotencyStore(database.firestore);
    await store.claim(claim);
    await other.release({ ...claim });
    expect(await store.claim(claim)).toEqual({ type: 'claimed' });
    await other.answer({ ...claim }, answer);
    expect(await other.claim(claim)).toEqual({ type: 'answered', answer });
  });

  it.each([
    ['knows its version', claim],
    ['has to read', { ...claim }],
  ])('neither answers nor gives up a claim that was taken over where it %s', async (_, late) => {
    await store.claim(claim);
    expect(await store.claim(takeover)).toEqual({ type: 'claimed' });
    await store.answer(late, { ...answer, body: 'late' });
    await store.release(late);
    expect(await store.claim({ ...takeover })).toEqual({ type: 'in-flight' });
    await store.answer(takeover, answer);
    await store.release(late);
    expect(await store.claim({ ...takeover })).toEqual({ type: 'answered', answer });
  });

  it('lets one of many take an abandoned claim over', async () => {
    await store.claim(claim);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.claim({ ...takeover })));
    expect(outcomes.filter(({ type }) => type === 'claimed')).toHaveLength(1);
    expect(outcomes.filter(({ type }) => type === 'in-flight')).toHaveLength(19);
  });

  it('knows its own claim when Firestore carried it out and the answer got lost', async () => {
    const create = DocumentReference.prototype.create;
    jest.spyOn(DocumentReference.prototype, 'create').mockImplementationOnce(async function (
      this: DocumentReference,
      data,
    ) {
      await create.call(this, data);
      throw failure(GrpcStatus.ALREADY_EXISTS);
    });
    expect(await store.claim(claim)).toEqual({ type: 'claimed' });
    await store.answer(claim, answer);
    expect(await store.claim(claim)).toEqual({ type: 'answered', answer });
  });

  it.each([
    [0, 1],
    [1, 1],
    [PART_BYTES / 2, 1],
    [PART_BYTES, 2],
    [4 * PART_BYTES, 6],
  ])(
    'replays an answer with %d bytes that nothing compresses, from %d documents',
    async (size, documents) => {
      const large = { ...answer, body: randomBytes(size).toString('latin1') };
      await store.claim(claim);
      await store.answer(claim, large);
      expect(await store.claim(claim)).toEqual({ type: 'answered', answer: large });
      expect(await countDocuments()).toBe(documents);
    },
  );

  it('keeps nothing of an answer that could not be kept whole', async () => {
    await store.claim(claim);
    const large = { ...answer, body: randomBytes(3 * PART_BYTES).toString('latin1') };
    jest.spyOn(DocumentReference.prototype, 'create').mockRejectedValueOnce(failure(GrpcStatus.UNAVAILABLE));
    await expect(store.answer(claim, large)).rejects.toThrow(StorageUnavailable);
    expect(await store.claim(claim)).toEqual({ type: 'in-flight' });
    expect(await store.claim(takeover)).toEqual({ type: 'claimed' });
  });

  it('purges all parts of an answer', async () => {
    await store.claim(claim);
    await store.answer(claim, { ...answer, body: randomBytes(3 * PART_BYTES).toString('latin1') });
    await store.purge(claim.now + IDEMPOTENCY_TTL_MS - 1);
    expect(await countDocuments()).toBeGreaterThan(3);
    await store.purge(claim.now + IDEMPOTENCY_TTL_MS);
    expect(await countDocuments()).toBe(0);
  });

  it('tells that Firestore does not answer', async () => {
    jest
      .spyOn(DocumentReference.prototype, 'create')
      .mockRejectedValueOnce(failure(GrpcStatus.DEADLINE_EXCEEDED));
    await expect(store.claim(claim)).rejects.toThrow(StorageUnavailable);
  });
});
