import type { AttemptContext } from '../../actions/performer.ts';
import type { MessageDraft, PostOutcome } from '../../actions/post.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { deliveryId } from '../../wire/delivery-id.ts';
import { toWireRetry } from '../../wire/portable-events.ts';
import type { Deps } from '../deps.ts';
import { idFor } from '../ids.ts';
import { makeChild } from '../timers/spawn.ts';
import { ackByOf, escalationName } from './escalation.ts';
import { fullInbox, isPosted, storeMessage } from './store.ts';

/**
 * Posts the message that a delivery asks for. The ids of message and escalation follow from that of the delivery, so that
 * another attempt finds them. The escalation is made first: no message that asks for an acknowledgement is without.
 */
export async function postMessage(
  deps: Deps,
  draft: MessageDraft,
  context: Pick<AttemptContext, 'timer' | 'delivery'>,
): Promise<PostOutcome> {
  const { timer, delivery } = context;
  const id = idFor('msg', timer.teamId, deliveryId(timer, delivery.number));
  if (draft.escalation !== null && (await isPosted(deps, timer.teamId, id))) return { messageId: id };
  const escalation = await escalate(deps, id, draft, context);
  if (escalation !== null && 'refused' in escalation) return escalation;
  const { toAgent, text, data } = draft;
  const stored = await storeMessage(
    deps,
    {
      id,
      teamId: timer.teamId,
      toAgent,
      text,
      data,
      from: {
        type: 'timer',
        timerId: timer.id,
        timerName: timer.name,
        deliveryId: deliveryId(timer, delivery.number),
      },
      ackBy: escalation?.ackBy ?? null,
      escalationId: escalation?.id ?? null,
    },
    timer,
  );
  return stored === null ? { failed: `inbox_full: ${fullInbox(toAgent)}` } : { messageId: id };
}

/** The timer that waits for the acknowledgement: a child of the one whose message it is, with the same metadata. */
async function escalate(
  deps: Deps,
  messageId: string,
  { escalation }: MessageDraft,
  context: Pick<AttemptContext, 'timer' | 'delivery'>,
): Promise<{ id: string; ackBy: number } | { refused: string } | null> {
  if (escalation === null) return null;
  const { name, labels, metadata, retry }: Timer = context.timer;
  const template = {
    name: escalationName(name),
    labels,
    ...(metadata === null ? {} : { metadata }),
    duration: escalation.withinMs,
    retry: toWireRetry(retry),
    events: { on_expire: escalation.actions },
  };
  const made = await makeChild(deps, context, template, { escalates: messageId });
  if ('refused' in made) return made;
  return { id: made.child.id, ackBy: ackByOf(made.child, escalation.withinMs) };
}
