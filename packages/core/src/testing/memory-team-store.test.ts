import { auditLogContract } from '../ports/audit-log.contract.ts';
import { teamStoreContract } from '../ports/team-store.contract.ts';
import { memoryTeamStore } from './memory-team-store.ts';

const close = async () => {};

teamStoreContract('memoryTeamStore', async () => {
  const { teams, audit } = memoryTeamStore();
  return { store: teams, audit, close };
});
auditLogContract('memoryTeamStore', async () => ({ log: memoryTeamStore().audit, close }));
