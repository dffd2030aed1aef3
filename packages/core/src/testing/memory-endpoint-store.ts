import type { Endpoint } from '../domain/endpoint/state.ts';
import { lookAt } from '../domain/endpoint/upkeep.ts';
import type { EndpointKey, EndpointStore } from '../ports/endpoint-store.ts';
import { InvalidPosition } from '../ports/timer-store.ts';

/** Endpoints in memory: every change takes place in one step and is as durable as the object. */
export function memoryEndpointStore(): EndpointStore {
  const rows = new Map<string, Endpoint>();
  return {
    glance: async (key) => rows.get(nameOf(key))?.status ?? null,
    update: async (key, decide) => {
      const { save, remove, result } = decide(rows.get(nameOf(key)) ?? null);
      if (save !== undefined) rows.set(nameOf(key), save);
      else if (remove === true) rows.delete(nameOf(key));
      return result;
    },
    get: async (key) => rows.get(nameOf(key)) ?? null,
    list: async (teamId, { status }, limit, after) => {
      const all = [...rows.values()].filter((each) => each.teamId === teamId);
      if (after !== undefined && !all.some(({ id }) => id === after))
        throw new InvalidPosition(`${after} is not an endpoint`);
      const found = all
        .filter((each) => status === undefined || each.status === status)
        .filter(({ id }) => after === undefined || id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1));
      const endpoints = found.slice(0, limit);
      return { endpoints, next: found.length > limit ? (endpoints.at(-1)?.id ?? null) : null };
    },
    listToLookAt: async ({ until, limit, after }) => {
      const due = [...rows.values()]
        .flatMap((endpoint) => {
          const at = lookAt(endpoint);
          return at !== null && at <= until
            ? [{ at, key: { teamId: endpoint.teamId, endpointId: endpoint.id } }]
            : [];
        })
        .sort((one, other) => one.at - other.at);
      const end = Number(after ?? 0) + limit;
      const keys = due.slice(Number(after ?? 0), end).map(({ key }) => key);
      return { keys, next: end < due.length ? String(end) : null };
    },
  };
}

function nameOf({ teamId, endpointId }: EndpointKey): string {
  return `${teamId}\n${endpointId}`;
}
