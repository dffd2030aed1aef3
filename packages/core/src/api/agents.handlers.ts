import type { AcknowledgedMessage, MessagePage, Message as WireMessage } from '@minoots/contract';
import type { Deps } from '../app/deps.ts';
import { acknowledgeMessage } from '../app/messages/acknowledge.ts';
import { getMessage } from '../app/messages/get.ts';
import { type InboxPart, readInbox } from '../app/messages/read-inbox.ts';
import { type SendOutcome, sendMessage } from '../app/messages/send.ts';
import type { Message } from '../domain/message/state.ts';
import { toWireMessage } from '../wire/message.ts';
import type { Handlers } from './operation.ts';

type OfAgents = Pick<Handlers, 'readInbox' | 'sendMessage' | 'acknowledgeMessage'>;
type OfTeam = Pick<Handlers, 'readTeamInbox' | 'broadcastMessage' | 'acknowledgeBroadcast'>;

/** Handlers of the operations on inboxes. */
export function agentHandlers(deps: Deps): OfAgents & OfTeam & Pick<Handlers, 'getMessage'> {
  return {
    ...ofAgents(deps),
    ...ofTeam(deps),
    async getMessage({ ctx, params }) {
      return { body: toWireMessage(await getMessage(deps, ctx, params.id)) };
    },
  };
}

function ofAgents(deps: Deps): OfAgents {
  return {
    async readInbox({ ctx, params, query, request }) {
      return { body: toPage(await readInbox(deps, ctx, params.agent_id, query, request.signal)) };
    },
    async sendMessage({ ctx, params, body }) {
      return toSent(await sendMessage(deps, ctx, params.agent_id, body));
    },
    async acknowledgeMessage({ ctx, params, body }) {
      const { agent_id: agentId, message_id: id } = params;
      return { body: toAcknowledged(await acknowledgeMessage(deps, ctx, agentId, id, body.note ?? null)) };
    },
  };
}

function ofTeam(deps: Deps): OfTeam {
  return {
    async readTeamInbox({ ctx, query, request }) {
      return { body: toPage(await readInbox(deps, ctx, null, query, request.signal)) };
    },
    async broadcastMessage({ ctx, body }) {
      return toSent(await sendMessage(deps, ctx, null, body));
    },
    async acknowledgeBroadcast({ ctx, params, body }) {
      const done = await acknowledgeMessage(deps, ctx, null, params.message_id, body.note ?? null);
      return { body: toAcknowledged(done) };
    },
  };
}

function toPage({ messages, nextCursor }: InboxPart): MessagePage {
  return { data: messages.map(toWireMessage), next_cursor: nextCursor };
}

function toSent({ message, created }: SendOutcome): { status: number; body: WireMessage } {
  return { status: created ? 201 : 200, body: toWireMessage(message) };
}

function toAcknowledged({
  message,
  escalated,
}: {
  message: Message;
  escalated: boolean;
}): AcknowledgedMessage {
  return { ...toWireMessage(message), escalated };
}
