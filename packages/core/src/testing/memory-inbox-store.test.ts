import { inboxStoreContract } from '../ports/inbox-store.contract.ts';
import { memoryInboxStore } from './memory-inbox-store.ts';

inboxStoreContract('memoryInboxStore', async () => ({ store: memoryInboxStore(), close: async () => {} }));
