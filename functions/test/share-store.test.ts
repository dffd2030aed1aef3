import { shareStoreContract } from '@minoots/core/testing';
import { FirestoreShareStore } from '../src/stores/firestore-share-store.ts';
import { openFirestore } from './support/firestore.ts';

shareStoreContract('FirestoreShareStore', async () => {
  const { firestore, close } = await openFirestore();
  const open = () => new FirestoreShareStore(firestore);
  return { store: open(), reopen: async () => open(), close };
});
