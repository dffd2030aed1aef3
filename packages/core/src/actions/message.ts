import type { MessageAction } from '../domain/action.ts';
import { render } from '../domain/template.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventFeed } from '../ports/event-feed.ts';
import { toInstant } from '../wire/timer.ts';
import type { ActionPerformer } from './performer.ts';
import { templateScope } from './template-scope.ts';

export interface MessageDeps {
  clock: Clock;
  /** Where messages are posted. */
  publish: EventFeed['publish'];
}

/** Posts the rendered text as a `message.posted` event; `data` holds `text` and `to_agent`. */
export function createMessagePerformer({ clock, publish }: MessageDeps): ActionPerformer<MessageAction> {
  return {
    async perform(action, context) {
      const { timer } = context;
      const at = clock.now();
      const scope = templateScope(context, at);
      const text = render(action.text, scope);
      await publish([
        {
          teamId: timer.teamId,
          isLogged: false,
          type: 'message.posted',
          at: toInstant(at),
          timer_id: timer.id,
          timer_name: timer.name,
          agent_id: timer.agentId,
          status: timer.status,
          message: text,
          data: { text, to_agent: action.toAgent === null ? null : render(action.toAgent, scope) },
        },
      ]);
      return {
        at,
        durationMs: 0,
        outcome: 'succeeded',
        responseStatus: null,
        responseBody: null,
        error: null,
        retryAfterMs: null,
      };
    },
  };
}
