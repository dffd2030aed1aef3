import type { ApiKey } from '../domain/api-key/state.ts';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import { memoryTeamStore } from './memory-team-store.ts';

/** API keys in memory: every change takes place in one step and is as durable as the object. */
export function memoryApiKeyStore(audit: AuditLog = memoryTeamStore().audit): ApiKeyStore {
  const all = new Map<string, ApiKey>();
  const list = (teamId: string) =>
    [...all.values()]
      .filter((key) => key.teamId === teamId)
      .sort((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1));
  return {
    list: async (teamId) => list(teamId),
    update: async (teamId, decide) => {
      const { save = [], forget = [], notes = [], result } = decide(list(teamId));
      for (const id of forget) all.delete(id);
      for (const key of save) all.set(key.id, key);
      await audit.append(teamId, notes);
      return result;
    },
    findByHash: async (hash) => [...all.values()].find((key) => key.hash === hash) ?? null,
    touch: async ({ id }, at) => {
      const key = all.get(id);
      if (key !== undefined) all.set(id, { ...key, lastUsedAt: at });
    },
  };
}
