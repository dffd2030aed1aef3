import type { AuditLog } from '../ports/audit-log.ts';
import type { SecretEntry, SecretStore } from '../ports/secret-store.ts';
import { memoryTeamStore } from './memory-team-store.ts';

/** Secrets in memory, of whatever team asks; without limits. */
export function memorySecretStore(audit: AuditLog = memoryTeamStore().audit): SecretStore {
  const secrets = new Map<string, SecretEntry & { value: string }>();
  const known = ({ value: _, ...entry }: SecretEntry & { value: string }): SecretEntry => entry;
  return {
    list: async () => [...secrets.values()].map(known),
    put: async (teamId, { name, value, at }, notes = []) => {
      const createdAt = secrets.get(name)?.createdAt ?? at;
      secrets.set(name, { name, value, createdAt, updatedAt: at });
      await audit.append(teamId, notes);
      return { name, createdAt, updatedAt: at };
    },
    delete: async (teamId, name, notes = []) => {
      const secret = secrets.get(name);
      if (secret === undefined) return null;
      secrets.delete(name);
      await audit.append(teamId, notes);
      return known(secret);
    },
    values: async (_, names) =>
      new Map(names.flatMap((name) => secrets.get(name) ?? []).map(({ name, value }) => [name, value])),
  };
}
