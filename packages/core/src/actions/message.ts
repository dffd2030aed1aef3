import type { MessageAction } from '../domain/action.ts';
import { checkPlaceholders } from '../domain/action-checks.ts';
import { ok } from '../domain/rejection.ts';
import { render } from '../domain/template.ts';
import { toInstant } from '../wire/timer.ts';
import type { ActionKind, PerformerDeps } from './action-kind.ts';
import type { ActionPerformer } from './performer.ts';
import { templateScope } from './template-scope.ts';

export type MessageDeps = Pick<PerformerDeps, 'clock' | 'publish'>;

/** Posts a text to the event stream. */
export const message: ActionKind<'message'> = {
  expand: (text) => ({ text }),
  read({ text, to_agent }, at) {
    const misfit = checkPlaceholders(text, at('text')) ?? checkPlaceholders(to_agent, at('to_agent'));
    return misfit ?? ok({ type: 'message', text, toAgent: to_agent ?? null });
  },
  createPerformer: createMessagePerformer,
};

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
