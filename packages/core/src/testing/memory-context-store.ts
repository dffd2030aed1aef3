import type { ContextEntry, ContextStore } from '../ports/context-store.ts';

/** A context in memory, of whatever team asks; without limits. */
export function memoryContextStore(): ContextStore {
  const entries = new Map<string, ContextEntry>();
  return {
    list: async () => [...entries.values()],
    get: async (_, key) => entries.get(key) ?? null,
    put: async (_, entry) => {
      entries.set(entry.key, entry);
      return 'stored';
    },
    delete: async (_, key) => {
      const entry = entries.get(key) ?? null;
      entries.delete(key);
      return entry;
    },
  };
}
