import { randomBytes } from 'node:crypto';
import { BatchResult, LogEntry, MAX_BATCH, Timer } from '@minoots/contract';
import * as z from 'zod';
import { load } from '../lib/load.ts';
import { launchServer, type ServerProcess } from '../lib/server-process.ts';
import type { Violation } from './check.ts';
import { type ChaosClient, createChaosClient } from './client.ts';

export interface ChainSettings {
  readonly length: number;
  readonly serverEntry: string;
  /** Data folder of the server. */
  readonly home: string;
}

/** How the chain went. */
export interface ChainOutcome {
  /** From the creation of the first timer to the firing of the last, the restart in the middle included. */
  readonly seconds: number;
  readonly violations: readonly Violation[];
}

/** What a chain of 1,000 may take, in seconds; longer ones accordingly. */
const MAX_SECONDS = 5;
const PER_TIMERS = 1_000;
const SPAN_MS = 1;
const DEADLINE_MS = 120_000;
const READERS = 16;
const Logs = z.object({ data: z.array(LogEntry) });

/** One timer after the other, each of 1 ms and waiting for the one before, with a `kill -9` when half of them have fired. */
export async function runChain({ length, serverEntry, home }: ChainSettings): Promise<ChainOutcome> {
  const apiKey = `chain-${randomBytes(12).toString('hex')}`;
  const surprises: string[] = [];
  let server: ServerProcess = launchServer({ entry: serverEntry, home, apiKey });
  const client = createChaosClient({
    url: async () => (await server.ready).url,
    apiKey,
    surprise: (detail) => void surprises.push(detail),
    deadline: Date.now() + DEADLINE_MS,
  });
  try {
    const ids = Array.from({ length }, (_, n) => `tmr_chain-${n}`);
    await create(client, ids);
    await untilEnded(client, ids[Math.floor(length / 2)] ?? '');
    await server.stop('SIGKILL');
    server = launchServer({ entry: serverEntry, home, apiKey });
    await untilEnded(client, ids.at(-1) ?? '');
    return await judge(client, ids, surprises);
  } finally {
    await client.close();
    await server.stop('SIGKILL');
  }
}

async function create(client: ChaosClient, ids: readonly string[]): Promise<void> {
  const timers = ids.map((id, n) => ({
    id,
    name: `link ${n}`,
    duration: SPAN_MS,
    ...(n > 0 && { depends_on: ids[n - 1] }),
  }));
  for (let first = 0; first < timers.length; first += MAX_BATCH) {
    const batch = timers.slice(first, first + MAX_BATCH);
    const call = { method: 'POST', path: '/v1/timers/batch', body: { timers: batch } } as const;
    const { status, body } = await client.repeat(call);
    if (status !== 200 || BatchResult.parse(body).created !== batch.length)
      throw new Error(`the chain could not be created: ${JSON.stringify(body)}`);
  }
}

async function untilEnded(client: ChaosClient, id: string): Promise<void> {
  for (;;) {
    const timer = await client.read(`/v1/timers/${id}/wait?timeout=10s`, Timer);
    if (timer?.settled_at) return;
  }
}

async function judge(
  client: ChaosClient,
  ids: readonly string[],
  surprises: readonly string[],
): Promise<ChainOutcome> {
  const timers: Timer[] = [];
  const violations: Violation[] = surprises.map((detail) => ({
    rule: 'an unexpected answer',
    timerId: null,
    detail,
  }));
  await load(ids.length, READERS, async (n) => {
    const id = ids[n] ?? '';
    const timer = await client.read(`/v1/timers/${id}`, Timer);
    const logs = await client.read(`/v1/timers/${id}/logs`, Logs);
    const types = logs?.data.map(({ type }) => type) ?? [];
    if (timer !== null) timers[n] = timer;
    const expected = ['timer.created', ...(n > 0 ? ['timer.started'] : []), 'timer.fired', 'timer.expired'];
    if (types.join() !== expected.join())
      violations.push({
        rule: 'a link of the chain did not live once',
        timerId: id,
        detail: types.join(', ') || 'it is lost',
      });
  });
  for (const [n, timer] of timers.entries()) {
    const before = timers[n - 1];
    if (before && instant(timer.started_at) < instant(before.fired_at))
      violations.push({
        rule: 'a link of the chain started before its time',
        timerId: timer.id,
        detail: `${timer.started_at}, and the one before fired at ${before.fired_at}`,
      });
  }
  const seconds = (instant(timers.at(-1)?.fired_at) - instant(timers[0]?.created_at)) / 1_000;
  const allowed = MAX_SECONDS * Math.max(1, ids.length / PER_TIMERS);
  if (!(seconds <= allowed))
    violations.push({ rule: 'the chain took too long', timerId: null, detail: `${seconds} s` });
  return { seconds, violations };
}

function instant(text: string | null | undefined): number {
  return Date.parse(text ?? '');
}
