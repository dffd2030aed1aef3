import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AcknowledgedMessage, LogEntry, Message, MessagePage } from '@minoots/contract';
import * as z from 'zod';
import { pointers } from './client.ts';
import { EventReader } from './event-reader.ts';
import type { Suite } from './suite.ts';

const SECOND = 1_000;
const Logs = z.object({ data: z.array(LogEntry) });

/** Inboxes of agents and of the team. Other tests leave messages to the team behind, in every agent's inbox. */
export function readingInboxes(suite: Suite): void {
  const inbox = inboxesOf(suite);
  beforeAll(() => inbox.clear());
  describe('/v1/agents/{agent_id}/inbox', () => {
    sendingMessages(suite, inbox);
    postingByTimers(suite, inbox);
    listingMessages(suite, inbox);
    acknowledgingMessages(suite, inbox);
  });
  waitingForMessages(suite, inbox);
  broadcastingMessages(suite, inbox);
  refusingMessages(suite, inbox);
}

/** What tests do with inboxes. */
export type Inboxes = ReturnType<typeof inboxesOf>;

/** @returns requests on inboxes; null is the team's */
export function inboxesOf({ api }: Suite) {
  let agents = 0;
  const pathOf = (agentId: string | null) =>
    agentId === null ? '/v1/inbox' : `/v1/agents/${encodeURIComponent(agentId)}/inbox`;
  const page = (agentId: string | null, query = '') => api().get(MessagePage, pathOf(agentId) + query);
  const send = (agentId: string | null, body: object, headers: Record<string, string> = {}) =>
    api().read(Message, 201, 'POST', pathOf(agentId), { body, headers });
  const acknowledge = (agentId: string | null, id: string, body?: object) =>
    api().read(AcknowledgedMessage, 200, 'POST', `${pathOf(agentId)}/${id}/ack`, { body });
  return {
    pathOf,
    page,
    send,
    acknowledge,
    /** An agent that nobody has written to. */
    newAgent: () => `agent ${++agents}/of ${Math.random()}`,
    message: (id: string) => api().get(Message, `/v1/messages/${id}`),
    texts: async (agentId: string | null, query = '') =>
      (await page(agentId, query)).data.map(({ text }) => text),
    /** Leaves nothing in the inbox of the team. */
    async clear(): Promise<void> {
      for (;;) {
        const { data } = await page(null, '?limit=100');
        if (data.length === 0) return;
        await Promise.all(data.map(({ id }) => acknowledge(null, id)));
      }
    },
  };
}

function sendingMessages({ api }: Suite, { newAgent, send, page, message, pathOf }: Inboxes): void {
  it('keeps a message that a client sends, for its agent to read', async () => {
    const agent = newAgent();
    const data = { version: '1.4.0', deep: [{ a: null }] };
    const sent = await send(agent, { text: 'Look after ${timer.name} ☕', data });
    expect(sent).toMatchObject({
      id: expect.stringMatching(/^msg_[0-9A-Za-z]{22}$/),
      to_agent: agent,
      text: 'Look after ${timer.name} ☕',
      data,
      from: { type: 'principal' },
      ack_by: null,
      escalation_timer_id: null,
      acknowledged_at: null,
      acknowledgements: [],
    });
    expect(Date.parse(sent.expires_at) - Date.parse(sent.created_at)).toBe(30 * 86_400_000);
    expect(await page(agent)).toEqual({ data: [sent], next_cursor: null });
    expect(await message(sent.id)).toEqual(sent);
  });

  it.each(['a/b c', '100%', '%2F', '?x=1#y', 'é\u{1F600}', '...', '+', 'x'.repeat(200), '__proto__'])(
    'takes %j for an agent',
    async (agent) => {
      const { id } = await send(agent, { text: 'hello' });
      expect((await page(agent)).data.map((each) => [each.id, each.to_agent])).toEqual([[id, agent]]);
    },
  );

  it('posts a message once for an idempotency key', async () => {
    const agent = newAgent();
    const request = { body: { text: 'once' }, headers: { 'idempotency-key': `inbox ${agent}` } };
    const first = await api().read(Message, 201, 'POST', pathOf(agent), request);
    expect(await api().read(Message, 201, 'POST', pathOf(agent), request)).toEqual(first);
    expect((await page(agent)).data).toEqual([first]);
  });
}

function postingByTimers({ api, server }: Suite, { newAgent, page, texts }: Inboxes): void {
  const fire = async (message: object | string, fields: object = {}) => {
    const { id } = await api().create({ duration: '1s', events: { on_expire: { message } }, ...fields });
    await server().advance(SECOND);
    return api().timer(id);
  };

  it('holds what a timer of the agent posts, and says which delivery that was', async () => {
    const agent = newAgent();
    const message = { text: '${timer.name} of ${timer.metadata.v}', data: { v: ['${timer.metadata.v}'] } };
    const timer = await fire(message, { name: 'deploy', agent_id: agent, metadata: { v: '1.4' } });
    const [delivery] = timer.deliveries;
    const [posted] = (await page(agent)).data;
    expect(posted).toMatchObject({
      to_agent: agent,
      text: 'deploy of 1.4',
      data: { v: ['1.4'] },
      from: { type: 'timer', timer_id: timer.id, timer_name: 'deploy', delivery_id: delivery?.id },
    });
    expect(delivery).toMatchObject({ type: 'message', status: 'succeeded' });
    expect(JSON.parse(delivery?.attempts[0]?.response_body ?? '')).toEqual({ message_id: posted?.id });
  });

  it('holds what a timer posts to another agent, by a short form or a placeholder', async () => {
    const [one, other] = [newAgent(), newAgent()];
    await fire(
      { text: 'to you', to_agent: '${timer.labels.next}' },
      { agent_id: one, labels: { next: other } },
    );
    await fire('to me', { agent_id: one });
    expect(await texts(other)).toEqual(['to you']);
    expect(await texts(one)).toEqual(['to me']);
  });

  it('gets one message of a delivery, however often that is made', async () => {
    const agent = newAgent();
    const timer = await fire({ text: 'once', ack_within: '1h' }, { agent_id: agent });
    const [first] = (await page(agent)).data;
    await api().call('POST', `/v1/deliveries/${timer.deliveries[0]?.id}/redeliver`);
    await server().advance(SECOND);
    expect((await api().timer(timer.id)).deliveries[0]?.attempts).toHaveLength(2);
    expect((await page(agent)).data).toEqual([first]);
  });

  it('refuses for good what placeholders made a message to nobody', async () => {
    const timer = await fire({ text: 'x', to_agent: '${timer.labels.none}' });
    expect(timer).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'exhausted', attempts: [{ outcome: 'refused' }] }],
    });
  });
}

function listingMessages(
  { api }: Suite,
  { newAgent, send, page, texts, acknowledge, pathOf }: Inboxes,
): void {
  it('gives messages oldest first, in parts', async () => {
    const agent = newAgent();
    for (const text of ['1', '2', '3', '4', '5']) await send(agent, { text });
    const first = await page(agent, '?limit=2');
    const second = await page(agent, `?limit=2&cursor=${first.next_cursor}`);
    const third = await page(agent, `?limit=2&cursor=${second.next_cursor}`);
    const seen = [first, second, third].map(({ data }) => data.map(({ text }) => text));
    expect(seen).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(third.next_cursor).toBeNull();
  });

  it('gives acknowledged ones where that is asked for', async () => {
    const agent = newAgent();
    const { id } = await send(agent, { text: 'old' });
    await send(agent, { text: 'new' });
    await acknowledge(agent, id);
    expect(await texts(agent)).toEqual(['new']);
    const own = (await page(agent, '?all=true&limit=200')).data.filter(({ to_agent }) => to_agent === agent);
    expect(own.map(({ text }) => text)).toEqual(['old', 'new']);
    expect(await texts(agent, '?all=false')).toEqual(['new']);
  });

  it('takes no cursor of another list', async () => {
    const [one, other] = [newAgent(), newAgent()];
    for (const text of ['1', '2']) await send(one, { text });
    const { next_cursor } = await page(one, '?limit=1');
    for (const path of [pathOf(other), pathOf(null), '/v1/timers']) {
      const problem = await api().refusal(400, 'GET', `${path}?cursor=${next_cursor}`);
      expect(problem.code).toBe('invalid_cursor');
    }
  });
}

function acknowledgingMessages(
  { api }: Suite,
  { newAgent, send, texts, acknowledge, message, pathOf }: Inboxes,
): void {
  it('acknowledges a message once, whoever asks how often', async () => {
    const agent = newAgent();
    const { id } = await send(agent, { text: 'hello' });
    const answers = await Promise.all([1, 2, 3, 4].map((n) => acknowledge(agent, id, { note: `by ${n}` })));
    const { acknowledgements, acknowledged_at } = await message(id);
    expect(acknowledgements).toEqual([
      {
        agent_id: agent,
        by: expect.any(String),
        at: acknowledged_at,
        note: expect.stringMatching(/^by \d$/),
      },
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ id, acknowledgements, escalated: false });
    expect(await texts(agent)).toEqual([]);
    expect(await acknowledge(agent, id)).toMatchObject({ acknowledgements });
  });

  it('acknowledges nothing that is not in that inbox', async () => {
    const [one, other] = [newAgent(), newAgent()];
    const { id } = await send(one, { text: 'hello' });
    for (const path of [
      `${pathOf(other)}/${id}`,
      `${pathOf(null)}/${id}`,
      `${pathOf(one)}/msg_${'0'.repeat(22)}`,
    ])
      expect((await api().refusal(404, 'POST', `${path}/ack`)).code).toBe('not_found');
    expect(await texts(one)).toEqual(['hello']);
  });

  it('is told on the event stream, with or without a timer', async () => {
    const agent = newAgent();
    const reader = new EventReader(
      await api().open(
        `/v1/events?types=message.posted,message.acknowledged&agent_id=${encodeURIComponent(agent)}`,
      ),
    );
    const { id } = await send(agent, { text: 'hello' });
    await acknowledge(agent, id, { note: 'seen' });
    const events = [await reader.next(), await reader.next()].map(({ data = '' }) => JSON.parse(data));
    await reader.close();
    const common = { timer_id: null, timer_name: null, agent_id: agent, status: null };
    expect(events).toMatchObject([
      { ...common, type: 'message.posted', message: 'hello', data: { message_id: id, to_agent: agent } },
      { ...common, type: 'message.acknowledged', data: { message_id: id, to_agent: agent, note: 'seen' } },
    ]);
  });
}

function waitingForMessages({ api, server }: Suite, inbox: Inboxes): void {
  const { newAgent, send, page, acknowledge, pathOf } = inbox;
  /** Reads again until a message of the text is there; others may come of what earlier tests left. */
  async function waitFor(agentId: string | null, text: string) {
    for (;;) {
      const { data } = await page(agentId, '?wait=30s');
      const found = data.find((each) => each.text === text);
      if (found !== undefined) return found;
      await Promise.all(data.map(({ id }) => acknowledge(agentId, id)));
    }
  }

  describe('a wait for messages', () => {
    afterEach(() => inbox.clear());

    it('ends at once when a message comes in', async () => {
      const agent = newAgent();
      const waiting = waitFor(agent, 'hello');
      await begun();
      const { id } = await send(agent, { text: 'hello' });
      expect((await waiting).id).toBe(id);
    });

    it.each([null, 'an agent'])('ends at once when a message to the team comes in for %j', async (who) => {
      const waiting = waitFor(who === null ? null : newAgent(), 'to all');
      await begun();
      const { id } = await send(null, { text: 'to all' });
      expect((await waiting).id).toBe(id);
    });

    it('ends at once when a timer posts one', async () => {
      const agent = newAgent();
      await api().create({ duration: '1s', agent_id: agent, events: { on_expire: { message: 'ring' } } });
      const waiting = waitFor(agent, 'ring');
      await begun();
      await server().advance(SECOND);
      expect((await waiting).from.type).toBe('timer');
    });

    it('does not begin where there is a message', async () => {
      const agent = newAgent();
      const { id } = await send(agent, { text: 'there' });
      expect((await waitFor(agent, 'there')).id).toBe(id);
    });

    it('ends with nothing when its time is up', async () => {
      const startedAt = performance.now();
      expect(await page(newAgent(), '?wait=300')).toEqual({ data: [], next_cursor: null });
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(250);
    });

    it.each(['31s', 'soon', '-1'])('is refused for %s', async (wait) => {
      const problem = await api().refusal(400, 'GET', `${pathOf(newAgent())}?wait=${wait}`);
      expect(pointers(problem)).toEqual(['?wait']);
    });
  });

  /** Most likely the other request waits by then; the test holds either way. */
  function begun(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function broadcastingMessages({ api, server }: Suite, inbox: Inboxes): void {
  const { newAgent, send, texts, acknowledge, message } = inbox;
  const shown = async (agentId: string | null, text: string) =>
    (await texts(agentId, '?limit=200')).includes(text);

  describe('/v1/inbox', () => {
    afterEach(() => inbox.clear());

    it('puts a message before each of three agents until that one has acknowledged it', async () => {
      const agents = [newAgent(), newAgent(), newAgent()];
      const { id, to_agent } = await send(null, { text: 'deploys stop at noon' });
      expect(to_agent).toBeNull();
      for (const [count, agent] of agents.entries()) {
        expect(await shown(agent, 'deploys stop at noon')).toBe(true);
        const answer = await acknowledge(agent, id);
        expect(answer).toMatchObject({ acknowledged_at: null, escalated: false });
        expect(answer.acknowledgements.map(({ agent_id }) => agent_id)).toEqual(agents.slice(0, count + 1));
        expect(await shown(agent, 'deploys stop at noon')).toBe(false);
      }
      expect(await shown(null, 'deploys stop at noon')).toBe(true);
      expect(await shown(newAgent(), 'deploys stop at noon')).toBe(true);
    });

    it('settles a message for all', async () => {
      const { id } = await send(null, { text: 'all clear' });
      const done = await acknowledge(null, id, { note: 'over' });
      expect(done).toMatchObject({
        acknowledged_at: expect.any(String),
        acknowledgements: [{ agent_id: null, note: 'over' }],
      });
      expect(await shown(newAgent(), 'all clear')).toBe(false);
      expect((await acknowledge(newAgent(), id)).acknowledgements).toEqual(
        (await message(id)).acknowledgements,
      );
    });

    it('holds what a timer without an agent posts', async () => {
      await api().create({ duration: '1s', events: { on_expire: { message: 'to whom it may concern' } } });
      await server().advance(SECOND);
      expect(await shown(null, 'to whom it may concern')).toBe(true);
      expect(await shown(newAgent(), 'to whom it may concern')).toBe(true);
    });
  });
}

function refusingMessages({ api }: Suite, { newAgent, pathOf }: Inboxes): void {
  const bad = { webhook: 'ftp://example.com' };
  describe('a message', () => {
    it.each<[object, number, string]>([
      [{}, 400, '/text'],
      [{ text: '' }, 400, '/text'],
      [{ text: 'x'.repeat(4_001) }, 400, '/text'],
      [{ text: 'x', data: [] }, 400, '/data'],
      [{ text: 'x', data: { a: 'x'.repeat(17_000) } }, 400, '/data'],
      [{ text: 'x', ack_within: 'soon' }, 400, '/ack_within'],
      [{ text: 'x', ack_within: '30d' }, 400, '/ack_within'],
      [{ text: 'x', escalate_to: { message: 'x' } }, 400, '/escalate_to'],
      [{ text: 'x', ack_within: '5m', escalate_to: { message: '${nope}' } }, 422, '/escalate_to/message'],
      [{ text: 'x', ack_within: '5m', escalate_to: bad }, 400, '/escalate_to/webhook'],
      [
        { text: 'x', ack_within: '5m', escalate_to: { timer: { name: 'x', duration: 'soon' } } },
        400,
        '/escalate_to/timer/duration',
      ],
      [
        { text: 'x', ack_within: '5m', escalate_to: { message: { text: 'y', escalate_to: {} } } },
        400,
        '/escalate_to/message/escalate_to',
      ],
    ])('is refused as %j', async (body, status, pointer) => {
      const problem = await api().refusal(status, 'POST', pathOf(newAgent()), { body });
      expect(pointers(problem)).toEqual([pointer]);
    });

    it.each<[object, number, string]>([
      [{ text: 'x', to_agent: '..' }, 400, 'message/to_agent'],
      [{ text: 'x', to_agent: '${nope}' }, 422, 'message/to_agent'],
      [{ text: 'x', data: { a: '${nope}' } }, 422, 'message/data'],
      [{ text: 'x', escalate_to: { message: 'x' } }, 400, 'message/escalate_to'],
      [
        { text: 'x', ack_within: '5m', escalate_to: { message: '${nope}' } },
        422,
        'message/escalate_to/message',
      ],
      [
        {
          text: 'x',
          ack_within: '5m',
          escalate_to: { actions: [{ type: 'message', text: 'x', ack_within: 0 }] },
        },
        400,
        'message/escalate_to/actions/0/ack_within',
      ],
    ])('of a timer is refused as %j', async (message, status, pointer) => {
      const body = { name: 'x', duration: '1h', events: { on_expire: { message } } };
      const problem = await api().refusal(status, 'POST', '/v1/timers', { body });
      expect(pointers(problem)).toEqual([`/events/on_expire/${pointer}`]);
    });

    it('is not found under the id of another', async () => {
      expect((await api().refusal(404, 'GET', `/v1/messages/msg_${'0'.repeat(22)}`)).code).toBe('not_found');
      await api().refusal(400, 'GET', '/v1/messages/x');
    });

    it.each(['.', '..', '\ud800'])('cannot be to %j, which no path can name', async (agent) => {
      const body = { name: 'x', duration: '1h', agent_id: agent };
      expect(pointers(await api().refusal(400, 'POST', '/v1/timers', { body }))).toEqual(['/agent_id']);
    });
  });
}

/** What happened to a timer, by type. */
export async function logTypes({ api }: Suite, timerId: string): Promise<string[]> {
  const { data } = await api().get(Logs, `/v1/timers/${timerId}/logs`);
  return data.map(({ type }) => type);
}
