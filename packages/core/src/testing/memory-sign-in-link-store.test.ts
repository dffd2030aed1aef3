import { signInLinkStoreContract } from '../ports/sign-in-link-store.contract.ts';
import { memorySignInLinkStore } from './memory-sign-in-link-store.ts';

signInLinkStoreContract('memorySignInLinkStore', async () => {
  const store = memorySignInLinkStore();
  return { store, reopen: async () => store, close: async () => {} };
});
