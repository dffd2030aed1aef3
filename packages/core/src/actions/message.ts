import { AgentId, MAX_ACK_WITHIN_MS, MAX_MESSAGE_LENGTH, Metadata } from '@minoots/contract';
import type { MessageAction } from '../domain/action.ts';
import { checkPlaceholders } from '../domain/action-checks.ts';
import { parseDuration } from '../domain/duration.ts';
import { ok, type Result, reject } from '../domain/rejection.ts';
import { render, type TemplateScope } from '../domain/template.ts';
import type { ActionKind, PerformerDeps } from './action-kind.ts';
import { shorten } from './connector.ts';
import type { ActionPerformer } from './performer.ts';
import type { MessageDraft } from './post.ts';
import { reportStored } from './stored.ts';
import { templateScope } from './template-scope.ts';

/** Puts a message into the inbox of an agent or of the team, once for each delivery. Its answer, as kept, holds the `message_id`. */
export const message: ActionKind<'message'> = {
  expand: (text) => ({ text }),
  read({ text, to_agent, data, ack_within, escalate_to }, at) {
    const misfit =
      checkPlaceholders(text, at('text')) ??
      checkPlaceholders(to_agent, at('to_agent')) ??
      checkPlaceholders(data, at('data'));
    if (misfit) return misfit;
    const within = parseAckWithin(ack_within, escalate_to !== undefined, at);
    if (!within.ok) return within;
    return ok({
      type: 'message',
      text,
      toAgent: to_agent ?? null,
      ...(data === undefined ? {} : { data }),
      ...(within.value === null
        ? {}
        : { escalation: { withinMs: within.value, actions: escalate_to ?? {} } }),
    });
  },
  createPerformer: createMessagePerformer,
};

/** How soon a message is to be acknowledged, in ms; null: at any time. */
export function parseAckWithin(
  within: number | string | undefined,
  escalates: boolean,
  at: (field: string) => string,
): Result<number | null> {
  if (within !== undefined) return parseDuration(within, at('ack_within'), { maxMs: MAX_ACK_WITHIN_MS });
  return escalates ? reject('invalid_request', 'goes with ack_within', at('escalate_to')) : ok(null);
}

/** Fills the placeholders of messages and hands them to `post`; an inbox that is full is worth another attempt. */
export function createMessagePerformer({
  clock,
  post,
}: Pick<PerformerDeps, 'clock' | 'post'>): ActionPerformer<MessageAction> {
  return {
    perform: (action, context) =>
      reportStored(clock, async (at) => {
        const draft = filled(action, context.timer.agentId, templateScope(context, at));
        if ('refused' in draft) return draft;
        const outcome = await post(draft, context);
        return 'messageId' in outcome ? { made: { message_id: outcome.messageId } } : outcome;
      }),
  };
}

/** What placeholders were filled with may be too much, or name nobody. */
function filled(
  { text, toAgent, data, escalation }: MessageAction,
  ownAgent: string | null,
  scope: TemplateScope,
): MessageDraft | { refused: string } {
  const to = AgentId.nullable().safeParse(toAgent === null ? ownAgent : render(toAgent, scope));
  if (!to.success) return { refused: `to_agent would not be valid: it ${to.error.issues[0]?.message}` };
  const filledData = Metadata.optional().safeParse(data && render(data, scope));
  if (!filledData.success) return { refused: 'data would be more than 16 KiB of JSON' };
  return {
    toAgent: to.data,
    text: shorten(render(text, scope), MAX_MESSAGE_LENGTH),
    data: filledData.data ?? null,
    escalation: escalation ?? null,
  };
}
