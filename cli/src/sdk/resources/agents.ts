import type { Message, SendMessageRequest } from '@minoots/contract';
import type { AnswerOf, RequestParts } from '../wire.ts';
import { Budgets } from './budgets.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

/** Which messages of an inbox, oldest first. */
export interface InboxOptions extends Page {
  /** Those that are acknowledged, too. */
  all?: boolean;
  /** How long to wait, in ms, when there is none; `Infinity` for as long as it takes. Not at all unless told. */
  waitMs?: number;
  /** Ends the wait. */
  signal?: AbortSignal;
}

type Inbox = AnswerOf<'readInbox'>;

const LONG_POLL_MS = 25_000;
const LONG_POLL_GRACE_MS = 10_000;

/** Operations on the inboxes of agents, and of the team where no agent is named. Every method throws MinootsError. */
export class Agents {
  readonly budgets: Budgets;
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
    this.budgets = new Budgets(call);
  }

  /** What an agent has not acknowledged, messages to the whole team among it: one page. */
  inbox(agentId: string, options: InboxOptions = {}): Promise<Inbox> {
    return poll(options, (parts) => this.#call('readInbox', { id: agentId, ...parts }, options.signal));
  }

  /** The messages to the whole team that nobody has acknowledged for all of it: one page. */
  teamInbox(options: InboxOptions = {}): Promise<Inbox> {
    return poll(options, (parts) => this.#call('readTeamInbox', parts, options.signal));
  }

  /** Posts a message to an agent. */
  send(agentId: string, message: SendMessageRequest): Promise<Message> {
    return this.#call('sendMessage', { id: agentId, body: message });
  }

  /** Posts a message to every agent of the team. */
  broadcast(message: SendMessageRequest): Promise<Message> {
    return this.#call('broadcastMessage', { body: message });
  }

  /**
   * Acknowledges a message for an agent, which ends its escalation; a repeat changes nothing. `escalated` of the answer says
   * whether that came too late.
   */
  ack(agentId: string, messageId: string, note?: string): Promise<AnswerOf<'acknowledgeMessage'>> {
    const params = { agent_id: agentId, message_id: messageId };
    return this.#call('acknowledgeMessage', { params, body: bodyOf(note) });
  }

  /** Acknowledges a message to the team for all of it. */
  ackForTeam(messageId: string, note?: string): Promise<AnswerOf<'acknowledgeBroadcast'>> {
    return this.#call('acknowledgeBroadcast', { id: messageId, body: bodyOf(note) });
  }

  /** A message and who has acknowledged it. */
  message(id: string): Promise<Message> {
    return this.#call('getMessage', { id });
  }
}

async function poll(
  { waitMs = 0, all, limit, cursor }: InboxOptions,
  read: (parts: RequestParts) => Promise<Inbox>,
): Promise<Inbox> {
  const deadline = performance.now() + waitMs;
  const query = { limit, cursor, all: all === undefined ? undefined : String(all) };
  for (;;) {
    const pollMs = Math.round(Math.min(Math.max(deadline - performance.now(), 0), LONG_POLL_MS));
    const wait = pollMs === 0 ? {} : { wait: `${pollMs}ms` };
    const page = await read({ query: { ...query, ...wait }, timeoutMs: pollMs + LONG_POLL_GRACE_MS });
    if (page.data.length > 0 || performance.now() >= deadline) return page;
  }
}

function bodyOf(note: string | undefined): { note?: string } {
  return note === undefined ? {} : { note };
}
