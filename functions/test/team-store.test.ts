import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { auditLogContract, sampleTeam, teamStoreContract } from '@minoots/core/testing';
import { FirestoreAuditLog } from '../src/stores/firestore-audit-log.ts';
import { FirestoreTeamStore } from '../src/stores/firestore-team-store.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

teamStoreContract('FirestoreTeamStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreTeamStore(firestore), audit: new FirestoreAuditLog(firestore), close };
});
auditLogContract('FirestoreAuditLog', async () => {
  const { firestore, close } = await openFirestore();
  return { log: new FirestoreAuditLog(firestore), close };
});

describe('FirestoreTeamStore', () => {
  let database: MeteredFirestore;
  let store: FirestoreTeamStore;
  beforeEach(async () => {
    database = await openMeteredFirestore();
    store = new FirestoreTeamStore(database.firestore);
  });
  afterEach(() => database.close());

  it('reads one document for a team, however many members it has, and writes one and its notes for a change', async () => {
    const team = sampleTeam();
    await store.insert(team, []);
    const before = database.meter.snapshot();
    await store.get(team.id);
    expect(database.meter.since(before)).toMatchObject({ reads: 1, writes: 0 });
    const note = { at: 0, actor: 'usr_ann', action: 'a', subject: null, message: 'm' };
    await store.update(team.id, () => ({ save: { ...team, name: 'B' }, notes: [note], result: null }));
    expect(database.meter.since(before)).toMatchObject({ reads: 2, writes: 2, deletes: 0 });
  });
});
