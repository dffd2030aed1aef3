import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_SHOWN_ACKNOWLEDGEMENTS } from '../domain/message/acknowledge.ts';
import type { Message } from '../domain/message/state.ts';
import { sampleMessage } from '../testing/sample-message.ts';
import type { InboxKey, InboxStore } from './inbox-store.ts';
import { InvalidPosition } from './timer-store.ts';

const NOW = Date.UTC(2030, 0, 1);
const LIMIT = 1_000;
const TEAM_INBOX: InboxKey = { teamId: 'team_a', agentId: null };

/** What every InboxStore does. @param open gives an empty store and a way to close it */
export function inboxStoreContract(
  name: string,
  open: () => Promise<{ store: InboxStore; close(): Promise<void> }>,
): void {
  describe(`${name} as an InboxStore`, () => {
    let store: InboxStore;
    let close: () => Promise<void>;
    let count: number;
    beforeEach(async () => {
      ({ store, close } = await open());
      count = 0;
    });
    afterEach(() => close());

    const inboxOf = (agentId: string | null): InboxKey => ({ teamId: 'team_a', agentId });
    const keyOf = ({ teamId, id }: Message) => ({ teamId, messageId: id });
    const post = async (fields: Partial<Message> = {}) => {
      const id = `msg_${String(++count).padStart(22, '0')}`;
      const message = sampleMessage({ id, ...fields }, NOW);
      expect(await store.insert(message, LIMIT)).toEqual({ type: 'inserted' });
      return message;
    };
    const broadcast = (fields: Partial<Message> = {}) => post({ toAgent: null, ...fields });
    const list = async (agentId: string | null, filter: { all?: boolean; now?: number } = {}) => {
      const page = await store.list(inboxOf(agentId), { all: false, now: NOW, limit: 200, ...filter });
      return page.messages.map(({ id }) => id);
    };
    const ack = (message: Message, agentId: string | null, at = NOW + 1, note: string | null = null) =>
      store.acknowledge(keyOf(message), { agentId, by: 'key_1', at, note });

    it('gives back what it was given', async () => {
      const message = await post({
        text: 'é\u{1F600}\ud800\u0000',
        data: { deep: [{ 'a.b': null, __a__: 1.5 }] },
        from: { type: 'timer', timerId: 'tmr', timerName: '\ud800', deliveryId: 'dlv_1_0_tmr' },
        ackBy: NOW + 5,
        escalationId: 'tmr_1',
      });
      expect(await store.get(keyOf(message))).toEqual(message);
      expect(await store.get({ teamId: 'team_b', messageId: message.id })).toBeNull();
      const page = await store.list(inboxOf('agent-1'), { all: false, now: NOW, limit: 1 });
      expect(page).toEqual({ messages: [message], next: null });
    });

    it('adds a message of an id once, and tells what has become of it', async () => {
      const message = await post();
      const settled = await ack(message, 'agent-1');
      const again = await store.insert({ ...message, text: 'other' }, LIMIT);
      expect(again).toEqual({ type: 'exists', existing: settled?.message });
      const rivals = sampleMessage({ id: 'msg_rival00000000000000000' }, NOW);
      const outcomes = await Promise.all([1, 2, 3].map(() => store.insert(rivals, LIMIT)));
      expect(outcomes.filter(({ type }) => type === 'inserted')).toHaveLength(1);
      expect(await list('agent-1')).toEqual([rivals.id]);
    });

    it.each(['agent-1', 'a/b c%2F', '', ' ', 'é\u{1F600}', 'x'.repeat(200), '__proto__', 'AGENT-1'])(
      'keeps the inbox of %j apart from others',
      async (agentId) => {
        const { id } = await post({ toAgent: agentId });
        await post({ toAgent: 'somebody-else' });
        await post({ toAgent: agentId, teamId: 'team_b' });
        expect(await list(agentId)).toEqual([id]);
        expect(await list(null)).toEqual([]);
      },
    );

    it('gives an inbox in parts, oldest first, and what comes in after', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 7; n++) ids.push((await (n % 2 === 0 ? post() : broadcast())).id);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.list(inboxOf('agent-1'), { all: false, now: NOW, limit: 3, after });
        if (after === undefined) ids.push((await post()).id);
        seen.push(...page.messages.map(({ id }) => id));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual(ids);
      expect(await list(null)).toEqual([ids[1], ids[3], ids[5]]);
    });

    it('goes on after a message that was acknowledged meanwhile', async () => {
      const messages = [await post(), await broadcast(), await post(), await broadcast(), await post()];
      const first = await store.list(inboxOf('agent-1'), { all: false, now: NOW, limit: 2 });
      for (const message of messages.slice(0, 3)) await ack(message, 'agent-1');
      const rest = await store.list(inboxOf('agent-1'), {
        all: false,
        now: NOW,
        limit: 9,
        after: first.next ?? undefined,
      });
      expect(rest.messages.map(({ id }) => id)).toEqual([messages[3]?.id, messages[4]?.id]);
    });

    it.each(['x', '-1', '1.2.3', '1e3'])('takes %j for no position', async (after) => {
      await ack(await broadcast(), 'agent-1');
      for (const agentId of ['agent-1', 'agent-2', null]) {
        for (const all of [true, false]) {
          const listed = store.list(inboxOf(agentId), { all, now: NOW, limit: 5, after });
          await expect(listed).rejects.toBeInstanceOf(InvalidPosition);
        }
      }
    });

    it('acknowledges a message to an agent once', async () => {
      const message = await post();
      const acknowledgement = { agentId: 'agent-1', by: 'key_1', at: NOW + 1, note: 'done \ud800' };
      const settled = { ...message, acknowledgedAt: NOW + 1, acknowledgements: [acknowledgement] };
      expect(await ack(message, 'agent-1', NOW + 1, 'done \ud800')).toEqual({
        message: settled,
        isNew: true,
      });
      expect(await ack(message, 'agent-1', NOW + 2)).toEqual({ message: settled, isNew: false });
      expect(await store.get(keyOf(message))).toEqual(settled);
      expect(await list('agent-1')).toEqual([]);
      expect(await list('agent-1', { all: true })).toEqual([message.id]);
    });

    it('takes one of parallel acknowledgements', async () => {
      const direct = await post();
      const toTeam = await broadcast();
      for (const message of [direct, toTeam]) {
        const done = await Promise.all([1, 2, 3, 4].map(() => ack(message, 'agent-1')));
        expect(done.filter((each) => each?.isNew)).toHaveLength(1);
        expect((await store.get(keyOf(message)))?.acknowledgements).toHaveLength(1);
      }
    });

    it('acknowledges nothing in an inbox where it is not', async () => {
      const message = await post();
      expect(await ack(message, 'agent-2')).toBeNull();
      expect(await ack(message, null)).toBeNull();
      expect(await ack({ ...message, teamId: 'team_b' }, 'agent-1')).toBeNull();
      expect(await ack({ ...message, id: 'msg_nobody0000000000000000' }, 'agent-1')).toBeNull();
      expect(await ack(message, 'agent-1', message.expiresAt)).toBeNull();
      expect(await list('agent-1')).toEqual([message.id]);
    });

    it('shows a message to the team to each agent until that one acknowledges it', async () => {
      const message = await broadcast();
      expect((await ack(message, 'agent-1'))?.isNew).toBe(true);
      expect((await ack(message, 'agent-1'))?.isNew).toBe(false);
      expect(await list('agent-1')).toEqual([]);
      expect(await list('agent-1', { all: true })).toEqual([message.id]);
      expect(await list('agent-2')).toEqual([message.id]);
      expect(await list(null)).toEqual([message.id]);
      const stored = await store.get(keyOf(message));
      expect(stored).toMatchObject({ acknowledgedAt: null, acknowledgements: [{ agentId: 'agent-1' }] });
    });

    it('takes a message to the team from every inbox when it is acknowledged for all', async () => {
      const message = await broadcast();
      await ack(message, 'agent-1');
      const done = await ack(message, null, NOW + 2);
      expect(done).toMatchObject({ isNew: true, message: { acknowledgedAt: NOW + 2 } });
      expect(done?.message.acknowledgements.map(({ agentId }) => agentId)).toEqual(['agent-1', null]);
      for (const agentId of ['agent-1', 'agent-2', null]) expect(await list(agentId)).toEqual([]);
      expect(await ack(message, 'agent-2')).toEqual({ message: done?.message, isNew: false });
      expect(await ack(message, null)).toEqual({ message: done?.message, isNew: false });
    });

    it('loses none of the acknowledgements that agents make of one message at once', async () => {
      const message = await broadcast();
      const agents = Array.from({ length: 12 }, (_, n) => `agent-${n}`);
      await Promise.all(agents.map((agentId) => ack(message, agentId)));
      const shown = (await store.get(keyOf(message)))?.acknowledgements.map(({ agentId }) => agentId);
      expect(shown?.sort()).toEqual(agents.sort());
      for (const agentId of agents) expect(await list(agentId)).toEqual([]);
    });

    it('counts acknowledgements beyond those that it shows', async () => {
      const acknowledgements = Array.from({ length: MAX_SHOWN_ACKNOWLEDGEMENTS }, (_, n) => ({
        agentId: `agent-${n}`,
        by: 'key_1',
        at: NOW,
        note: null,
      }));
      const message = await broadcast({ acknowledgements });
      expect((await ack(message, 'one-more'))?.isNew).toBe(true);
      expect((await ack(message, 'one-more'))?.isNew).toBe(false);
      expect(await list('one-more')).toEqual([]);
      expect(await store.get(keyOf(message))).toEqual(message);
    });

    it('knows which of many messages to the team an agent has acknowledged, in whatever order', async () => {
      const messages: Message[] = [];
      for (let n = 0; n < 130; n++) messages.push(await broadcast());
      const left = (agentId: string) =>
        messages.filter((_, n) => !acked[agentId]?.has(n)).map(({ id }) => id);
      const acked: Record<string, Set<number>> = { 'agent-1': new Set(), 'agent-2': new Set() };
      for (const n of [...range(5, 70), 3, ...range(80, 129).reverse(), 0]) {
        const message = messages[n];
        if (message === undefined) throw new Error('there is no such message');
        const done = await ack(message, 'agent-1');
        expect(done?.isNew).toBe(true);
        acked['agent-1']?.add(n);
        if (n % 25 === 0) expect(await list('agent-1')).toEqual(left('agent-1'));
      }
      expect(await list('agent-1')).toEqual(left('agent-1'));
      expect(await list('agent-2')).toEqual(left('agent-2'));
      for (const n of [4, 60, 128])
        expect((await ack(messages[n] ?? sampleMessage(), 'agent-1'))?.isNew).toBe(!acked['agent-1']?.has(n));
      const latest = await broadcast();
      expect((await list('agent-1')).at(-1)).toBe(latest.id);
    });

    it('takes no more than so many that wait, and more once one is acknowledged', async () => {
      for (const toAgent of ['agent-1', null]) {
        const first = await post({ toAgent });
        await post({ toAgent });
        const more = sampleMessage(
          { id: `msg_more${toAgent === null ? 1 : 2}00000000000000000`, toAgent },
          NOW,
        );
        expect(await store.insert(more, 2)).toEqual({ type: 'full' });
        expect(await store.get(keyOf(more))).toBeNull();
        expect((await store.insert(first, 2)).type).toBe('exists');
        await ack(first, toAgent);
        expect(await store.insert(more, 2)).toEqual({ type: 'inserted' });
      }
    });

    it('leaves out what has expired', async () => {
      const message = await broadcast({ expiresAt: NOW + 10 });
      const later = await broadcast();
      for (const agentId of ['agent-1', null]) {
        expect(await list(agentId, { now: NOW + 9 })).toEqual([message.id, later.id]);
        expect(await list(agentId, { now: NOW + 10 })).toEqual([later.id]);
        expect(await list(agentId, { now: NOW + 10, all: true })).toEqual([later.id]);
      }
    });

    it('tells who watches an inbox of what comes in', async () => {
      for (const agentId of ['agent-1', null]) {
        const watch = await store.watch(inboxOf(agentId));
        const arrivals = watch.arrivals[Symbol.asyncIterator]();
        const { id } = await post({ toAgent: agentId });
        expect(await heard(arrivals, () => list(agentId), id)).toBe(true);
        watch.close();
      }
    });

    it('tells an agent of what comes in for the team', async () => {
      const watch = await store.watch(inboxOf('agent-1'));
      const arrivals = watch.arrivals[Symbol.asyncIterator]();
      const { id } = await broadcast();
      expect(await heard(arrivals, () => list('agent-1'), id)).toBe(true);
      watch.close();
    });

    it('tells a watch nothing of other inboxes, and nothing after its close', async () => {
      const watch = await store.watch(TEAM_INBOX);
      await post();
      await broadcast({ teamId: 'team_b' });
      watch.close();
      await broadcast();
      let count = 0;
      for await (const _ of watch.arrivals) count++;
      expect(count).toBe(0);
    });
  });
}

/** Whether a watch rings when the message is in the inbox; a ring for what was there before may come first. */
async function heard(
  arrivals: AsyncIterator<void>,
  list: () => Promise<string[]>,
  id: string,
): Promise<boolean> {
  for (;;) {
    const { done } = await arrivals.next();
    if (done === true) return false;
    if ((await list()).includes(id)) return true;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
