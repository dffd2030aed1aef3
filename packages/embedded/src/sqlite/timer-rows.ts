import { alarmAt, awaitedEndpoints, hasExhausted, jobAt, placesOf, type Timer } from '@minoots/core';

/** Columns of a timer's row after `team_id` and `id`, in the order of `COLUMNS`. */
export const COLUMNS = [
  'status',
  'generation',
  'alarm_at',
  'job_at',
  'fire_at',
  'settled_at',
  'agent_id',
  'name',
  'exhausted',
  'delivering',
  'postponed',
  'counts',
  'doc',
] as const;

/** A timer as a row: the document, and beside it what indexes and filters need. */
export function toColumns(timer: Timer): (string | number | null)[] {
  return [
    timer.status,
    timer.generation,
    alarmAt(timer),
    jobAt(timer),
    'fireAt' in timer ? timer.fireAt : null,
    'settledAt' in timer ? timer.settledAt : null,
    timer.agentId,
    timer.name,
    hasExhausted(timer) ? 1 : null,
    timer.deliveries.some(({ status }) => status === 'delivering') ? 1 : null,
    listOrNull(awaitedEndpoints(timer)),
    listOrNull(placesOf(timer)),
    JSON.stringify(timer),
  ];
}

/** Columns that are written with a new timer and never change, in the order of `BIRTH_COLUMNS`. */
export const BIRTH_COLUMNS = ['parents', 'made_by'] as const;

/** Which timers a new one follows from: those it depends on, as JSON, and the one that made it. */
export function toBirthColumns({ dependencies, lineage }: Timer): (string | null)[] {
  return [listOrNull(dependencies?.parents.map(({ id }) => id) ?? []), lineage?.parentId ?? null];
}

function listOrNull(items: readonly string[]): string | null {
  return items.length === 0 ? null : JSON.stringify(items);
}

/** The timer in a row's document. Documents are written by `toColumns` alone and migrated with the schema. */
export function fromDoc(doc: unknown): Timer {
  if (typeof doc !== 'string') throw new Error('a timer row has no document');
  return JSON.parse(doc);
}
