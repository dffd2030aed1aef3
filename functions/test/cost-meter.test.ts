import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditPage, CreatedApiKey } from '@minoots/contract';
import { ApiClient, startReceiver, type TestReceiver, until } from '@minoots/core/testing';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type MeteredFirestore, openMeteredFirestore } from './support/firestore.ts';
import { dollarsPerMillion, type Operations } from './support/price.ts';

/**
 * Timers in each measurement: what is done once in a while instead of for each timer shows as a fraction. On a slow machine
 * the look at endpoints that fail, every 30 s, comes up in the later ones.
 */
const TIMERS = 20;

/** What Google bills for, by the life that a timer had; filled in by the tests and printed at the end. */
const table: Record<string, Operations & { 'dollars per million': string }> = {};

describe('what the life of a timer costs', () => {
  let database: MeteredFirestore;
  let engine: EngineUnderTest;
  let receiver: TestReceiver;
  let api: ApiClient;
  let failures = 0;
  beforeAll(async () => {
    database = await openMeteredFirestore();
    engine = await startEngineUnderTest(database.firestore, 'real');
    receiver = await startReceiver((response) => response.writeHead(failures-- > 0 ? 500 : 204).end());
    api = new ApiClient(engine);
    // The first of all learns the key, the signing secret, and opens connections.
    await live();
    await renewKey();
    // Once a day: to read, to write, to administer.
    await until('what the key is used for to be noted', async () => {
      const { data } = await api.get(AuditPage, '/v1/audit-log');
      return data.filter(({ action }) => action === 'api_key.used').length === 3 ? true : null;
    });
  });
  afterAll(async () => {
    await receiver.close();
    await engine.close();
    await database.close();
    console.table(table);
  });

  const hook = () => ({ on_expire: { webhook: `${receiver.url}/hook` } });
  const create = (fields: object = {}) => api.create({ duration: 200, events: hook(), ...fields });
  /** No task is left: all timers have settled. */
  const settled = () => until('all tasks to be done', () => (engine.tasks.tasks.length === 0 ? true : null));
  async function live(fields?: object): Promise<void> {
    await create(fields);
    await settled();
  }

  /** Looks the key up anew: what is remembered of it might run out in the middle of a measurement. */
  async function renewKey(): Promise<void> {
    const body = { name: 'another', scopes: 'read-only' };
    const { id } = await api.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
    await api.call('DELETE', `/v1/api-keys/${id}`);
    await api.call('GET', '/v1/timers?limit=1');
  }

  /** What one of many like lives costs. */
  async function measure(name: string, life: () => Promise<void>): Promise<Operations> {
    await renewKey();
    const documents = database.meter.snapshot();
    const before = { ...engine.tasks.operations };
    const requests = engine.requests();
    await Promise.all(Array.from({ length: TIMERS }, life));
    await settled();
    const { reads, writes, deletes } = database.meter.since(documents);
    const after = engine.tasks.operations;
    const tasks = Object.entries(after).reduce(
      (sum, [call, count]) => sum + count - countOf(before, call),
      0,
    );
    const each = (count: number) => count / TIMERS;
    const operations = {
      reads: each(reads),
      writes: each(writes),
      deletes: each(deletes),
      tasks: each(tasks),
      requests: each(engine.requests() - requests),
    };
    table[name] = { ...operations, 'dollars per million': dollarsPerMillion(operations).toFixed(2) };
    return operations;
  }

  it('is at most 3 writes, 2 reads and 2 task operations with one webhook, under $5.50 per million', async () => {
    const { reads, writes, deletes, tasks } = await measure('fired, one webhook', () => live());
    expect({ reads, writes, deletes, tasks }).toEqual({ reads: 2, writes: 3, deletes: 0, tasks: 2 });
    expect(Number(table['fired, one webhook']?.['dollars per million'])).toBeLessThanOrEqual(5.5);
  });

  it('is the same for an agent without a budget, but for a read now and then for all of the team', async () => {
    const { reads, writes, tasks } = await measure('of an agent without a budget', () =>
      live({ agent_id: 'free' }),
    );
    expect({ writes, tasks }).toEqual({ writes: 3, tasks: 2 });
    expect(reads).toBeLessThanOrEqual(2.1);
  });

  it('is at most 2 writes and 2 reads more where it counts against a budget', async () => {
    const path = '/v1/agents/counted/budget';
    await api.call('PUT', path, { body: { max_active_timers: 1_000 } });
    const { reads, writes, tasks } = await measure('counted', () => live({ agent_id: 'counted' }));
    expect(tasks).toBe(2);
    expect(writes).toBeLessThanOrEqual(5);
    expect(reads).toBeLessThanOrEqual(4);
  });

  it('is at most a write and 2 reads more where its fires are counted', async () => {
    const path = '/v1/agents/metered/budget';
    await api.call('PUT', path, { body: { max_fires_per_hour: 1_000 } });
    const { reads, writes, tasks } = await measure('metered', () => live({ agent_id: 'metered' }));
    expect(tasks).toBe(2);
    expect(writes).toBeLessThanOrEqual(4);
    expect(reads).toBeLessThanOrEqual(4.1);
  });

  it('is a write and a read less without any action', async () => {
    const { reads, writes, tasks } = await measure('fired, no action', () => live({ events: {} }));
    expect({ reads, writes, tasks }).toEqual({ reads: 1, writes: 2, tasks: 2 });
  });

  it('is two reads more with conditions: the context of the team, and the timer again', async () => {
    await api.call('PUT', '/v1/context/tests_passed', { body: { value: true } });
    const conditions = { tests_passed: true };
    const { reads, writes, tasks } = await measure('judged and fired', () => live({ conditions }));
    expect({ reads: Math.floor(reads), writes, tasks }).toEqual({ reads: 4, writes: 3, tasks: 2 });
  });

  it('is no dispatch when the timer is cancelled: its task is deleted', async () => {
    const { dispatch } = engine.tasks.operations;
    const { reads, writes, tasks } = await measure('cancelled', async () => {
      const { id } = await create({ duration: '1h' });
      await api.command(id, 'cancel');
    });
    expect({ reads, writes, tasks }).toEqual({ reads: 1, writes: 2, tasks: 2 });
    expect(engine.tasks.operations.dispatch).toBe(dispatch);
  });

  it('is one change and one task more when the timer is extended', async () => {
    const { reads, writes, tasks } = await measure('extended once, fired', async () => {
      // Long enough for twenty creates and extensions on a busy machine.
      const { id } = await create({ duration: '4s' });
      await api.command(id, 'extend', { by: 100 });
      await settled();
    });
    expect({ reads: Math.floor(reads), writes, tasks }).toEqual({ reads: 3, writes: 4, tasks: 4 });
  });

  it('is one task, and a claim and an outcome more with one retry', async () => {
    failures = TIMERS;
    const { reads, writes, tasks } = await measure('fired, one retry', () =>
      live({ retry: { max_attempts: 3, initial: '1s' } }),
    );
    expect(tasks).toBe(4);
    // The failures of an endpoint are counted, and forgotten at the first success: many at a time in a few changes.
    expect(reads).toBeGreaterThan(4);
    expect(reads).toBeLessThan(5);
    expect(writes).toBeGreaterThan(5);
    expect(writes).toBeLessThan(5.5);
  });
});

function countOf(counts: Record<string, number>, call: string): number {
  return counts[call] ?? 0;
}
