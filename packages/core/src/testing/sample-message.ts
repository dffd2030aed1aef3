import type { Message } from '../domain/message/state.ts';

const DAY_MS = 86_400_000;

/** A message of a client's to `agent-1` of `team_a`, kept for thirty days; what is given takes the place of the rest. */
export function sampleMessage(fields: Partial<Message> = {}, now = Date.UTC(2030, 0, 1)): Message {
  return {
    id: 'msg_0000000000000000000001',
    teamId: 'team_a',
    toAgent: 'agent-1',
    text: 'Look after the deploy',
    data: null,
    from: { type: 'principal', id: 'key_1' },
    createdAt: now,
    expiresAt: now + 30 * DAY_MS,
    ackBy: null,
    escalationId: null,
    acknowledgedAt: null,
    acknowledgements: [],
    ...fields,
  };
}
