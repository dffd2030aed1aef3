import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '../ports/event-feed.ts';
import { createMessagePerformer } from './message.ts';
import { attemptContext, FIRE_AT } from './test-context.ts';

describe('the message performer', () => {
  it('posts the rendered text to the event feed', async () => {
    const posted: NewEvent[] = [];
    const performer = createMessagePerformer({
      clock: { now: () => FIRE_AT + 9 },
      publish: async (events) => {
        posted.push(...events);
      },
    });
    const action = {
      type: 'message',
      text: '${timer.name} done ☕',
      toAgent: '${timer.labels.next}',
    } as const;
    const report = await performer.perform(
      action,
      attemptContext(action, { labels: { next: 'agent-7' }, agentId: 'agent-1' }),
    );

    expect(report).toMatchObject({ at: FIRE_AT + 9, outcome: 'succeeded', error: null, retryAfterMs: null });
    expect(posted).toEqual([
      {
        teamId: 'team_1',
        isLogged: false,
        type: 'message.posted',
        at: '2030-01-31T09:00:00.009Z',
        timer_id: 'tmr_4fZk0Qw7cTn2Ry9LbXa1Ve',
        timer_name: 'backup',
        agent_id: 'agent-1',
        status: 'firing',
        message: 'backup done ☕',
        data: { text: 'backup done ☕', to_agent: 'agent-7' },
      },
    ]);
  });
});
