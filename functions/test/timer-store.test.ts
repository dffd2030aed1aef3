import { timerStoreContract } from '@minoots/core/testing';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { openFirestore } from './support/firestore.ts';

const HISTORY_MS = 30 * 24 * 3_600_000;

timerStoreContract('FirestoreTimerStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreTimerStore({ firestore, now: () => 0, historyMs: HISTORY_MS }), close };
});
