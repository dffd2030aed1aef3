import { BatchResult, type LogEntry, OPERATIONS } from '@minoots/contract';
import type { Suite } from './suite.ts';

/** Ids of one test, told from those of the others. */
export function family(name: string): (member: string) => string {
  return (member) => `chain-${name}-${member}`;
}

/** What happened to a timer, oldest first. */
export async function logOf({ api }: Suite, id: string): Promise<LogEntry[]> {
  return (await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`)).data;
}

/** Statuses of timers, in the order of their ids. */
export async function statusesOf({ api }: Suite, ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await api().timer(id)).status));
}

/** Creates timers that may depend on one another. */
export function batchOf({ api }: Suite, timers: readonly object[]): Promise<BatchResult> {
  return api().read(BatchResult, 200, 'POST', '/v1/timers/batch', { body: { timers } });
}
