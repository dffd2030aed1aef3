import { Bell } from '../adapters/bell.ts';
import { acknowledge, isIn } from '../domain/message/acknowledge.ts';
import type { Message } from '../domain/message/state.ts';
import type { InboxKey, InboxStore, MessageKey } from '../ports/inbox-store.ts';
import { InvalidPosition } from '../ports/timer-store.ts';

interface Stored {
  message: Message;
  /** Agents that have acknowledged it, when it is to the team. */
  agents: Set<string>;
}

/** Inboxes in memory. */
export function memoryInboxStore(): InboxStore {
  const entries = new Map<string, Stored>();
  const bells = new Set<{ inbox: InboxKey; bell: Bell }>();
  const find = ({ teamId, messageId }: MessageKey) => entries.get(`${teamId}\n${messageId}`);
  return {
    insert: async (message, limit) => {
      const existing = find({ teamId: message.teamId, messageId: message.id });
      if (existing !== undefined) return { type: 'exists', existing: existing.message };
      const waiting = [...entries.values()].filter((entry) => isWaitingWith(entry, message));
      if (waiting.length >= limit) return { type: 'full' };
      entries.set(`${message.teamId}\n${message.id}`, { message, agents: new Set() });
      for (const { inbox, bell } of bells)
        if (inbox.teamId === message.teamId && isIn(message, inbox.agentId)) bell.ring();
      return { type: 'inserted' };
    },
    get: async (key) => find(key)?.message ?? null,
    list: async (inbox, { all, now, limit, after = '0' }) => {
      if (!/^\d{1,15}$/.test(after)) throw new InvalidPosition(`${after} is not a position in an inbox`);
      const places = [...entries.values()]
        .map((entry, index) => ({ entry, place: index + 1 }))
        .filter(({ entry, place }) => place > Number(after) && isListed(entry, inbox, all, now));
      const page = places.slice(0, limit);
      return {
        messages: page.map(({ entry }) => entry.message),
        next: places.length > limit ? String(page.at(-1)?.place) : null,
      };
    },
    acknowledge: async (key, acknowledgement) => {
      const entry = find(key);
      const { agentId, at } = acknowledgement;
      if (entry === undefined || !isIn(entry.message, agentId) || entry.message.expiresAt <= at) return null;
      const hasBefore = agentId !== null && entry.agents.has(agentId);
      const message = acknowledge(entry.message, acknowledgement, hasBefore);
      const isNew = entry.message.acknowledgedAt === null && !hasBefore;
      entry.message = message;
      if (agentId !== null) entry.agents.add(agentId);
      return { message, isNew };
    },
    watch: async (inbox) => {
      const entry = { inbox, bell: new Bell() };
      bells.add(entry);
      const close = () => {
        bells.delete(entry);
        entry.bell.close();
      };
      return { arrivals: entry.bell, close };
    },
  };
}

function isWaitingWith({ message }: Stored, { teamId, toAgent, createdAt }: Message): boolean {
  const isSameInbox = message.teamId === teamId && message.toAgent === toAgent;
  return isSameInbox && message.acknowledgedAt === null && message.expiresAt > createdAt;
}

function isListed({ message, agents }: Stored, { teamId, agentId }: InboxKey, all: boolean, now: number) {
  if (message.teamId !== teamId || !isIn(message, agentId) || message.expiresAt <= now) return false;
  return all || (message.acknowledgedAt === null && !(agentId !== null && agents.has(agentId)));
}
