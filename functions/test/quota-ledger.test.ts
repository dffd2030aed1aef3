import type { CounterKey } from '@minoots/core';
import { quotaLedgerContract } from '@minoots/core/testing';
import { FieldValue } from 'firebase-admin/firestore';
import { CounterParts } from '../src/stores/counter-parts.ts';
import { FirestoreQuotaLedger } from '../src/stores/firestore-quota-ledger.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { openFirestore } from './support/firestore.ts';
import { plansKeeping } from './support/plans.ts';

const now = () => Date.UTC(2030, 0, 1);

quotaLedgerContract('FirestoreQuotaLedger', async () => {
  const { firestore, close } = await openFirestore();
  return {
    ledger: new FirestoreQuotaLedger(firestore, now),
    timers: new FirestoreTimerStore({ firestore, now, plans: plansKeeping(1_000) }),
    falsify: async (key: CounterKey, by: number) => {
      const head = CounterParts.ofTimers(firestore, key, now).refOf(0);
      await head.update({ used: FieldValue.increment(by) });
    },
    close,
  };
});
