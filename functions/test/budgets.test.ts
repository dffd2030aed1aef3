import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AgentBudget } from '@minoots/contract';
import { ApiClient } from '@minoots/core/testing';
import { FieldValue } from 'firebase-admin/firestore';
import { CounterParts } from '../src/stores/counter-parts.ts';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type MeteredFirestore, openMeteredFirestore } from './support/firestore.ts';

const HOUR_MS = 3_600_000;
const PATH = '/v1/agents/bot/budget';

describe('budgets of the Firebase engine', () => {
  let database: MeteredFirestore;
  let engine: EngineUnderTest;
  let api: ApiClient;
  beforeEach(async () => {
    database = await openMeteredFirestore();
    engine = await startEngineUnderTest(database.firestore);
    api = new ApiClient(engine);
  });
  afterEach(async () => {
    await engine.close();
    await database.close();
  });

  const active = async () => (await api.get(AgentBudget, PATH)).used?.active_timers;

  it('are put right by the sweep once their counters were not looked at for an hour', async () => {
    await api.call('PUT', PATH, { body: { max_active_timers: 3 } });
    const { team_id: teamId } = await api.create({ agent_id: 'bot', duration: '10h' });
    const key = { teamId, counter: 'agent:bot' };
    await CounterParts.ofTimers(database.firestore, key, Date.now)
      .refOf(0)
      .update({ used: FieldValue.increment(5) });
    expect(await active()).toBe(6);
    await engine.advance(2 * HOUR_MS);
    expect(await engine.engine.sweep()).toMatchObject({ repaired: 1, failed: 0 });
    expect(await active()).toBe(1);
    expect(await engine.engine.sweep()).toMatchObject({ repaired: 0, failed: 0 });
  });

  it('count 1,000 timers that were there before them', async () => {
    const timers = Array.from({ length: 1_000 }, () => ({ name: 'x', duration: '1h', agent_id: 'bot' }));
    await api.call('POST', '/v1/timers/batch', { body: { timers } });
    const budget = await api.read(AgentBudget, 200, 'PUT', PATH, { body: { max_active_timers: 50 } });
    expect(budget.used?.active_timers).toBe(1_000);
    const body = { name: 'one more', duration: '1h', agent_id: 'bot' };
    expect((await api.refusal(422, 'POST', '/v1/timers', { body })).code).toBe('agent_over_budget');
  });
});
