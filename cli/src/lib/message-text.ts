import type { AcknowledgedMessage, Acknowledgement, Message } from '@minoots/contract';
import pc from 'picocolors';
import { formatInstant } from './format.ts';
import { renderFields } from './table.ts';
import { safeLine, safeText } from './text.ts';

/** Messages below each other. */
export function describeMessages(messages: readonly Message[]): string {
  return messages.map(describeInList).join('\n\n');
}

/** All there is to know of a message. */
export function describeMessage(message: Message): string {
  const { acknowledgements, data, ack_by: ackBy, acknowledged_at: at } = message;
  const fields = renderFields([
    ['id', message.id],
    ['to', toWhom(message)],
    ['from', fromWhom(message)],
    ['posted', formatInstant(message.created_at)],
    ['ack by', ackBy && formatInstant(ackBy)],
    ['settled', at && formatInstant(at)],
    ['data', data && safeLine(JSON.stringify(data))],
    ...acknowledgements.map((each) => ['acked', describeAcknowledgement(each)] as const),
  ]);
  return `${safeText(message.text)}\n\n${fields}`;
}

/** What was posted. */
export function describeSent(message: Message): string {
  const { id, ack_by: ackBy } = message;
  const until = ackBy === null ? '' : `, to be acknowledged by ${formatInstant(ackBy)}`;
  return `${pc.green('✓')} sent to ${toWhom(message)}${until}\n${pc.dim(`  ${id}`)}`;
}

/** What an acknowledgement came to. */
export function describeAcknowledged({ id, escalated }: AcknowledgedMessage): string {
  const late = escalated ? '; it had escalated already' : '';
  return `${pc.green('✓')} ${id} is acknowledged${late}`;
}

function describeInList(message: Message): string {
  const { ack_by: ackBy, acknowledged_at: at } = message;
  const notes = [
    message.id,
    formatInstant(message.created_at),
    `from ${fromWhom(message)}`,
    ...(message.to_agent === null ? ['to the team'] : []),
    ...(ackBy === null || at !== null ? [] : [`acknowledge by ${formatInstant(ackBy)}`]),
    ...(at === null ? [] : [`acknowledged ${formatInstant(at)}`]),
  ];
  return `${safeText(message.text)}\n${pc.dim(`  ${notes.join(' · ')}`)}`;
}

function toWhom({ to_agent: agent }: Message): string {
  return agent === null ? 'the team' : safeLine(agent);
}

function fromWhom({ from }: Message): string {
  return from.type === 'timer' ? `${safeLine(from.timer_name)} (${from.timer_id})` : from.id;
}

function describeAcknowledgement({ agent_id: agent, at, note }: Acknowledgement): string {
  const who = agent === null ? 'for the team' : `by ${safeLine(agent)}`;
  return `${who}, ${formatInstant(at)}${note === null ? '' : `: ${safeLine(note)}`}`;
}
