import { describe, expect, it } from '@jest/globals';
import { MAX_MESSAGE_LENGTH } from '@minoots/contract';
import type { ActionByType } from '../domain/action.ts';
import type { NewTimer } from '../domain/timer/create.ts';
import { StorageUnavailable } from '../ports/timer-store.ts';
import { createMessagePerformer } from './message.ts';
import type { MessageDraft, PostOutcome } from './post.ts';
import { attemptContext, FIRE_AT } from './test-context.ts';

type MessageAction = ActionByType['message'];
const ACTION: MessageAction = { type: 'message', text: '${timer.name} done ☕', toAgent: null };

/** Performs an action on a timer of these fields, and tells what was posted. */
async function perform(
  fields: Partial<MessageAction>,
  timer: Partial<NewTimer> = {},
  outcome: () => Promise<PostOutcome> = async () => ({ messageId: 'msg_1' }),
) {
  const posted: MessageDraft[] = [];
  const performer = createMessagePerformer({
    clock: { now: () => FIRE_AT + 9 },
    post: async (draft) => {
      posted.push(draft);
      return outcome();
    },
  });
  const action = { ...ACTION, ...fields };
  return { report: await performer.perform(action, attemptContext(action, timer)), posted };
}

describe('the message performer', () => {
  it('posts the rendered message and keeps its id', async () => {
    const escalation = { withinMs: 60_000, actions: { message: '${timer.name}' } };
    const { report, posted } = await perform(
      { toAgent: '${timer.labels.next}', data: { version: '${timer.metadata.v}' }, escalation },
      { labels: { next: 'agent-7' }, agentId: 'agent-1', metadata: { v: '1.4.0' } },
    );
    expect(report).toEqual({
      at: FIRE_AT + 9,
      durationMs: 0,
      outcome: 'succeeded',
      responseStatus: null,
      responseBody: '{"message_id":"msg_1"}',
      error: null,
      retryAfterMs: null,
    });
    expect(posted).toEqual([
      { toAgent: 'agent-7', text: 'backup done ☕', data: { version: '1.4.0' }, escalation },
    ]);
  });

  it.each([
    ["the timer's agent", 'agent-1'],
    ['the team where there is none', null],
  ])('posts to %s unless told', async (_, agentId) => {
    const { posted } = await perform({}, { agentId });
    expect(posted).toMatchObject([{ toAgent: agentId, data: null, escalation: null }]);
  });

  it.each(['', '..', 'two\nlines', 'x'.repeat(201)])('refuses to post to %j', async (next) => {
    const { report, posted } = await perform({ toAgent: '${timer.labels.next}' }, { labels: { next } });
    expect(report).toMatchObject({ outcome: 'refused', error: expect.stringMatching(/^to_agent would not/) });
    expect(posted).toEqual([]);
  });

  it('refuses data that placeholders made too large', async () => {
    const { report } = await perform(
      { data: { a: '${timer.metadata.long}', b: '${timer.metadata.long}' } },
      { metadata: { long: 'x'.repeat(9_000) } },
    );
    expect(report).toMatchObject({ outcome: 'refused', error: 'data would be more than 16 KiB of JSON' });
  });

  it('cuts a text that placeholders made too long', async () => {
    const { posted } = await perform(
      { text: '${timer.metadata.long}' },
      { metadata: { long: 'x'.repeat(5_000) } },
    );
    expect(posted[0]?.text).toBe(`${'x'.repeat(MAX_MESSAGE_LENGTH - 1)}…`);
  });

  it.each<[string, () => Promise<PostOutcome>, object]>([
    ['a full inbox', async () => ({ failed: 'inbox_full' }), { outcome: 'failed', error: 'inbox_full' }],
    ['a line that has ended', async () => ({ refused: 'no more' }), { outcome: 'refused', error: 'no more' }],
    [
      'a store that takes no writes',
      () => Promise.reject(new StorageUnavailable('full')),
      { outcome: 'failed', error: 'the store took no writes' },
    ],
  ])('reports %s', async (_, outcome, result) => {
    expect((await perform({}, {}, outcome)).report).toMatchObject({ ...result, responseBody: null });
  });
});
