import { describe, expect, it } from '@jest/globals';
import type { CreateTimerRequest } from '@minoots/contract';
import type { Message } from '../../domain/message/state.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { type Fate, live, newWorld, type Step, TEAM, type World } from '../../testing/lives.ts';
import { createTimer } from '../timers/create.ts';
import { acknowledgeMessage } from './acknowledge.ts';
import { sendMessage } from './send.ts';

const AGENT = 'agent-1';
const OTHER = 'ops';
const ENOUGH = 30;
const MINUTE = 60_000;

const FIRST: CreateTimerRequest = {
  id: 'first',
  name: 'first',
  agent_id: AGENT,
  duration: '1m',
  events: {
    on_expire: {
      message: {
        text: 'go',
        ack_within: '5m',
        escalate_to: { message: { text: 'nobody goes', to_agent: OTHER } },
      },
    },
  },
};
const create: Step = (deps, ctx) => createTimer(deps, ctx, FIRST);
const timePasses: Step = null;
const send: Step = (deps, ctx) =>
  sendMessage(deps, { ...ctx, commandId: 'the same request' }, AGENT, {
    text: 'go',
    ack_within: '5m',
    escalate_to: { message: { text: 'nobody goes', to_agent: OTHER } },
  });

/** Acknowledges the message to the agent, if it is there, and keeps in mind what the answer was. */
function acknowledger(): { step: NonNullable<Step>; answer: () => { escalated: boolean } | null } {
  let answer: { escalated: boolean } | null = null;
  return {
    answer: () => answer,
    async step(deps, ctx) {
      const { messages } = await deps.inbox.list(
        { teamId: TEAM, agentId: AGENT },
        { all: true, now: deps.clock.now(), limit: 10 },
      );
      const [message] = messages;
      if (message !== undefined) answer = await acknowledgeMessage(deps, ctx, AGENT, message.id, null);
    },
  };
}

async function messagesTo({ inbox, now }: World, agentId: string): Promise<Message[]> {
  return (await inbox.list({ teamId: TEAM, agentId }, { all: true, now, limit: 10 })).messages;
}

async function escalationIn({ store }: World): Promise<Timer | undefined> {
  const { timers } = await store.list(TEAM, {}, 100);
  return timers.find(({ escalates }) => escalates !== undefined);
}

describe('a message that is to be acknowledged', () => {
  it.each([
    ['a timer', create],
    ['a client', send],
  ])(
    'of %s is posted once and escalates once, whichever write is the last of the process',
    async (_, step) => {
      for (let dies = 1; dies < ENOUGH; dies++) {
        const world = newWorld();
        await live(world, [step, timePasses], { dies });
        await live(world, [step, timePasses]);
        const [posted, ...more] = await messagesTo(world, AGENT);
        expect(more).toEqual([]);
        expect(posted?.escalationId).toBe((await escalationIn(world))?.id);
        expect(await messagesTo(world, OTHER)).toHaveLength(1);
      }
    },
  );

  it('is never there without the timer that waits for its acknowledgement', async () => {
    for (const step of [create, send]) {
      for (let dies = 1; dies < ENOUGH; dies++) {
        const world = newWorld();
        await live(world, [step, timePasses], { dies });
        const [posted] = await messagesTo(world, AGENT);
        if (posted !== undefined) expect((await escalationIn(world))?.id).toBe(posted.escalationId);
      }
    }
  });

  it('does not escalate once it is acknowledged, whichever write is the last of who did that', async () => {
    for (let dies = 1; dies < 5; dies++) {
      const world = newWorld();
      await live(world, [send]);
      world.now += MINUTE;
      await live(world, [acknowledger().step], { dies });
      const [posted] = await messagesTo(world, AGENT);
      expect(posted?.acknowledgedAt).toBe(world.now);
      await live(world, [timePasses]);
      expect(await messagesTo(world, OTHER)).toEqual([]);
      const escalation = await escalationIn(world);
      // The first write is the acknowledgement itself; then the escalation finds it.
      expect(escalation?.status).toBe(dies === 1 ? 'skipped' : 'cancelled');
    }
  });

  it('ends the wait when an acknowledgement that stopped half-way is repeated', async () => {
    const world = newWorld();
    await live(world, [send]);
    await live(world, [acknowledger().step], { dies: 1 });
    expect((await escalationIn(world))?.status).toBe('running');
    const again = acknowledger();
    await live(world, [again.step]);
    expect(again.answer()).toMatchObject({ escalated: false });
    expect((await escalationIn(world))?.status).toBe('cancelled');
  });

  it('escalates if and only if the acknowledgement is told so, at whatever point that comes', async () => {
    const seen = new Set<boolean>();
    for (let atCall = 1; atCall < ENOUGH; atCall++) {
      const world = newWorld();
      const acknowledge = acknowledger();
      const fate: Fate = { rival: { atCall, does: acknowledge.step } };
      await live(world, [create, timePasses], fate);
      const answer = acknowledge.answer();
      if (answer === null) continue;
      seen.add(answer.escalated);
      expect(await messagesTo(world, OTHER)).toHaveLength(answer.escalated ? 1 : 0);
    }
    expect(seen).toEqual(new Set([true, false]));
  });
});
