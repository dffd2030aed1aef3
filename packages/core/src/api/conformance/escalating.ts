import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CancelLineageResult, Message } from '@minoots/contract';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { inboxesOf, logTypes } from './inbox.ts';
import type { Suite } from './suite.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Messages that are to be acknowledged in time. */
export function escalatingMessages(suite: Suite): void {
  const { api, server } = suite;
  const inbox = inboxesOf(suite);
  const { newAgent, page, send, acknowledge } = inbox;
  let receiver: TestReceiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  beforeEach(() => {
    receiver.requests.length = 0;
  });
  afterEach(() => inbox.clear());
  afterAll(() => receiver.close());

  const hook = () => ({ webhook: `${receiver.url}/escalated` });
  const called = () => receiver.requests.map(({ path }) => path);
  /** Fires a timer that posts a message to be acknowledged within five minutes. */
  async function post(message: object = {}, fields: object = {}) {
    const agent = newAgent();
    const { id } = await api().create({
      name: 'deploy',
      duration: '1s',
      agent_id: agent,
      events: { on_expire: { message: { text: 'go', ack_within: '5m', escalate_to: hook(), ...message } } },
      ...fields,
    });
    await server().advance(SECOND);
    const [posted] = (await page(agent)).data;
    if (posted === undefined) throw new Error('no message was posted');
    return { agent, timerId: id, posted, escalation: await api().timer(posted.escalation_timer_id ?? '') };
  }

  describe('a message that is to be acknowledged', () => {
    it('escalates at its instant and not before', async () => {
      const { timerId, posted, escalation, agent } = await post(
        {},
        { metadata: { v: 1 }, labels: { a: 'b' } },
      );
      expect(posted.ack_by).toBe(escalation.fire_at);
      expect(escalation).toMatchObject({
        name: 'Unacknowledged: deploy',
        status: 'running',
        agent_id: agent,
        metadata: { v: 1 },
        labels: { a: 'b' },
        escalates: posted.id,
        lineage: { parent_id: timerId, depth: 1 },
      });
      expect(Date.parse(posted.ack_by ?? '') - Date.parse(escalation.created_at)).toBe(5 * MINUTE);
      await server().advance(5 * MINUTE - 1);
      expect(called()).toEqual([]);
      await server().advance(1);
      expect(called()).toEqual(['/escalated']);
      expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
        timer: { escalates: posted.id, fired_at: posted.ack_by },
      });
      expect(await logTypes(suite, escalation.id)).toContain('message.unacknowledged');
      expect((await page(agent)).data).toEqual([posted]);
    });

    it('never escalates when it is acknowledged in time', async () => {
      const { agent, posted, escalation } = await post();
      await server().advance(5 * MINUTE - 1);
      expect(await acknowledge(agent, posted.id, { note: 'on it' })).toMatchObject({ escalated: false });
      expect((await api().timer(escalation.id)).status).toBe('cancelled');
      await server().advance(10 * MINUTE);
      expect(called()).toEqual([]);
      expect(await acknowledge(agent, posted.id)).toMatchObject({ escalated: false });
    });

    it('counts an acknowledgement that comes too late, and says that it was', async () => {
      const { agent, posted } = await post();
      await server().advance(5 * MINUTE);
      for (const _ of [1, 2]) {
        const answer = await acknowledge(agent, posted.id);
        expect(answer).toMatchObject({ escalated: true, acknowledgements: [{ agent_id: agent }] });
      }
      expect((await page(agent)).data).toEqual([]);
      expect(called()).toHaveLength(1);
    });

    it('goes on to the next when nobody answers there either', async () => {
      const other = newAgent();
      const { agent } = await post(
        {
          escalate_to: {
            message: {
              text: '${timer.name}, ${timer.metadata.v}',
              to_agent: other,
              ack_within: '10m',
              escalate_to: hook(),
            },
          },
        },
        { metadata: { v: '1.4' } },
      );
      await server().advance(5 * MINUTE);
      expect((await page(agent)).data).toHaveLength(1);
      const [second] = (await page(other)).data;
      expect(second).toMatchObject({ text: 'Unacknowledged: deploy, 1.4' });
      await server().advance(10 * MINUTE - 1);
      expect(called()).toEqual([]);
      await server().advance(1);
      expect(called()).toEqual(['/escalated']);
      expect(await acknowledge(other, second?.id ?? '')).toMatchObject({ escalated: true });
    });

    it('tells that nobody has, where nothing else is asked for', async () => {
      const { escalation } = await post({ escalate_to: undefined });
      await server().advance(5 * MINUTE);
      expect(await logTypes(suite, escalation.id)).toEqual([
        'timer.created',
        'timer.fired',
        'message.unacknowledged',
        'timer.expired',
      ]);
    });

    it('ends with the line of the timer that posted it', async () => {
      const { timerId, agent, posted, escalation } = await post();
      const reply = await api().call('POST', `/v1/timers/${timerId}/cancel-lineage`);
      expect(JSON.parse(reply.text) satisfies CancelLineageResult).toEqual({ cancelled: 1 });
      expect((await api().timer(escalation.id)).status).toBe('cancelled');
      expect(await acknowledge(agent, posted.id)).toMatchObject({ escalated: false });
    });

    it('is not escalated twice when its delivery is made again after that', async () => {
      const { timerId, escalation } = await post();
      await server().advance(5 * MINUTE);
      await api().call('DELETE', `/v1/timers/${escalation.id}`);
      const [delivery] = (await api().timer(timerId)).deliveries;
      await api().call('POST', `/v1/deliveries/${delivery?.id}/redeliver`);
      await server().advance(10 * MINUTE);
      expect(called()).toHaveLength(1);
    });

    it('may come from a client', async () => {
      const agent = newAgent();
      const body = { text: 'sign off', data: { v: 7 }, ack_within: '1m', escalate_to: hook() };
      const kept = await send(agent, body);
      const lost = await send(agent, body);
      const escalation = await api().timer(kept.escalation_timer_id ?? '');
      expect(escalation).toMatchObject({
        name: 'Unacknowledged: sign off',
        agent_id: agent,
        metadata: { v: 7 },
        lineage: null,
        escalates: kept.id,
        fire_at: kept.ack_by,
      });
      await acknowledge(agent, kept.id);
      await server().advance(MINUTE - 1);
      expect(called()).toEqual([]);
      await server().advance(1);
      expect(called()).toEqual(['/escalated']);
      expect((await api().timer(lost.escalation_timer_id ?? '')).status).toBe('expired');
      expect((await api().timer(escalation.id)).status).toBe('cancelled');
    });

    it('has one escalation for an idempotency key', async () => {
      const agent = newAgent();
      const request = {
        body: { text: 'once', ack_within: '1m', escalate_to: hook() },
        headers: { 'idempotency-key': `escalation ${agent}` },
      };
      for (const _ of [1, 2]) await api().read(Message, 201, 'POST', inbox.pathOf(agent), request);
      await server().advance(MINUTE);
      expect(called()).toEqual(['/escalated']);
    });

    it('to the team waits for the first who acknowledges it', async () => {
      const [one, other] = [newAgent(), newAgent()];
      const { id, escalation_timer_id } = await send(null, {
        text: 'anybody?',
        ack_within: '1m',
        escalate_to: hook(),
      });
      expect(await acknowledge(one, id)).toMatchObject({ escalated: false, acknowledged_at: null });
      expect((await api().timer(escalation_timer_id ?? '')).status).toBe('cancelled');
      expect((await page(other, '?limit=200')).data.map((each) => each.id)).toContain(id);
    });
  });
}
