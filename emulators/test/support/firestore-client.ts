import { initializeApp } from 'firebase-admin/app';
import { FieldValue, getFirestore } from 'firebase-admin/firestore';

// A program of its own that knows the emulator by FIRESTORE_EMULATOR_HOST alone, and prints what it found as JSON.
const firestore = getFirestore(initializeApp({ projectId: 'demo-minoots' }));
const counter = firestore.doc('counters/shared');

await Promise.all(
  Array.from({ length: 10 }, () =>
    firestore.runTransaction(async (transaction) => {
      const snapshot = await transaction.get(counter);
      transaction.set(counter, { count: (snapshot.get('count') ?? 0) + 1, at: FieldValue.serverTimestamp() });
    }),
  ),
);
const { docs } = await firestore.collection('counters').where('count', '>=', 10).get();
console.log(JSON.stringify(docs.map((doc) => doc.get('count'))));
await firestore.terminate();
