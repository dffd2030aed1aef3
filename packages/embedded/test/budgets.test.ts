import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AgentBudget, TimerPage } from '@minoots/contract';
import { type ApiClient, until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';

const PATH = '/v1/agents/bot/budget';

describe('the budget of an agent, of a server that is killed', () => {
  let data: DataFolder;
  beforeEach(async () => {
    data = await makeDataFolder();
  });
  afterEach(() => data.close());

  const budget = (api: ApiClient) => api.get(AgentBudget, PATH);
  const body = { name: 'x', duration: '1h', agent_id: 'bot' };

  it('counts exactly the timers that are there, and was not passed by those that were on their way', async () => {
    const server = data.launch();
    const api = await server.ready();
    await api.call('PUT', PATH, { body: { max_active_timers: 100 } });
    const creating = Array.from({ length: 300 }, () =>
      api.call('POST', '/v1/timers', { body }).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    await Promise.race(creating);
    await server.stop('SIGKILL');
    const statuses = await Promise.all(creating);

    const next = await data.launch().ready();
    const { used } = await budget(next);
    const { data: timers } = await next.get(TimerPage, '/v1/timers?limit=200&agent_id=bot');
    expect(used?.active_timers).toBe(timers.length);
    expect(timers.length).toBeLessThanOrEqual(100);
    expect(timers.length).toBeGreaterThanOrEqual(statuses.filter((status) => status === 201).length);
  });

  it('is put right at the start where its counter was changed by hand', async () => {
    const server = data.launch();
    const api = await server.ready();
    await api.call('PUT', PATH, { body: { max_active_timers: 3 } });
    await api.create({ agent_id: 'bot' });
    await server.stop('SIGKILL');
    const database = new DatabaseSync(data.file('minoots.db'));
    database.exec('UPDATE counters SET used = 7');
    database.close();

    const next = await data.launch().ready();
    const right = async () => ((await budget(next)).used?.active_timers === 1 ? true : null);
    await until('the counter to be right', right);
    await next.create({ agent_id: 'bot' });
  });
});
