import { scheduleStoreContract } from '@minoots/core/testing';
import { FirestoreScheduleStore } from '../src/stores/firestore-schedule-store.ts';
import { openFirestore } from './support/firestore.ts';

scheduleStoreContract('FirestoreScheduleStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreScheduleStore(firestore), close };
});
