import type { RunnerRecord, RunnerStore } from '../ports/runner-store.ts';

/** Runners in memory, without limits. */
export function memoryRunnerStore(): RunnerStore {
  const runners = new Map<string, RunnerRecord>();
  const nameOf = (teamId: string, id: string) => `${teamId}\n${id}`;
  return {
    list: async (teamId) =>
      [...runners]
        .flatMap(([name, runner]) => (name === nameOf(teamId, runner.id) ? [runner] : []))
        .sort((one, other) => (one.id < other.id ? -1 : 1)),
    get: async (teamId, id) => runners.get(nameOf(teamId, id)) ?? null,
    register: async (teamId, { at, staleBefore: _, ...said }) => {
      const registeredAt = runners.get(nameOf(teamId, said.id))?.registeredAt ?? at;
      const runner = { ...said, registeredAt, lastSeenAt: at };
      runners.set(nameOf(teamId, said.id), runner);
      return runner;
    },
    seen: async (teamId, id, at) => {
      const runner = runners.get(nameOf(teamId, id));
      if (runner !== undefined) runners.set(nameOf(teamId, id), { ...runner, lastSeenAt: at });
    },
    delete: async (teamId, id) => {
      const runner = runners.get(nameOf(teamId, id)) ?? null;
      runners.delete(nameOf(teamId, id));
      return runner;
    },
  };
}
