import type { SecretEntry, SecretStore } from '../ports/secret-store.ts';

/** Secrets in memory, of whatever team asks; without limits. */
export function memorySecretStore(): SecretStore {
  const secrets = new Map<string, SecretEntry & { value: string }>();
  const known = ({ value: _, ...entry }: SecretEntry & { value: string }): SecretEntry => entry;
  return {
    list: async () => [...secrets.values()].map(known),
    put: async (_, { name, value, at }) => {
      const createdAt = secrets.get(name)?.createdAt ?? at;
      secrets.set(name, { name, value, createdAt, updatedAt: at });
      return { name, createdAt, updatedAt: at };
    },
    delete: async (_, name) => {
      const secret = secrets.get(name);
      secrets.delete(name);
      return secret === undefined ? null : known(secret);
    },
    values: async (_, names) =>
      new Map(names.flatMap((name) => secrets.get(name) ?? []).map(({ name, value }) => [name, value])),
  };
}
