import { runnerStoreContract } from '@minoots/core/testing';
import { FirestoreRunnerStore } from '../src/stores/firestore-runner-store.ts';
import { openFirestore } from './support/firestore.ts';

// Over the wire, on a busy machine.
runnerStoreContract('FirestoreRunnerStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreRunnerStore(firestore), close };
});
