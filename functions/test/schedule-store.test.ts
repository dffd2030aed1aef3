import { type ScheduleStores, scheduleStoreContract, schedulesGoOnContract } from '@minoots/core/testing';
import { FirestoreScheduleStore } from '../src/stores/firestore-schedule-store.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { openFirestore } from './support/firestore.ts';
import { plansKeeping } from './support/plans.ts';

const START = Date.UTC(2030, 0, 1);
const HISTORY_MS = 30 * 86_400_000;

// Over the wire, on a busy machine.
scheduleStoreContract('FirestoreScheduleStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreScheduleStore(firestore), close };
});
schedulesGoOnContract('the Firebase engine', openScheduleStores, 13);

async function openScheduleStores(): Promise<ScheduleStores> {
  const { firestore, close } = await openFirestore();
  const timers = new FirestoreTimerStore({ firestore, now: () => START, plans: plansKeeping(HISTORY_MS) });
  return { timers, schedules: new FirestoreScheduleStore(firestore), close };
}
