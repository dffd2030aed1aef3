import { apiKeyStoreContract } from '../ports/api-key-store.contract.ts';
import { memoryApiKeyStore } from './memory-api-key-store.ts';
import { memoryTeamStore } from './memory-team-store.ts';

apiKeyStoreContract('memoryApiKeyStore', async () => {
  const { audit } = memoryTeamStore();
  return { store: memoryApiKeyStore(audit), audit, close: async () => {} };
});
