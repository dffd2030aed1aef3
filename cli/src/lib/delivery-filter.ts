import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ActionType, Delivery, Instant } from '@minoots/contract';
import type { DeadLetterFilter } from '../sdk/resources/deliveries.ts';
import { readSpanMs } from './arguments.ts';

type DeliveryEvent = Delivery['event'];

interface Given {
  timer?: string | undefined;
  agent?: string | undefined;
  event?: DeliveryEvent | undefined;
  type?: ActionType | undefined;
  host?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** The options by which deliveries are chosen, each once so that commands share them. */
export const deliveryOptions = {
  timer: () => new Option('--timer <id>', 'only those of this timer'),
  agent: () => new Option('--agent <id>', 'only those of timers of this agent'),
  event: () =>
    new Option('--event <event>', 'only those that this set off').choices(Delivery.shape.event.options),
  type: () => new Option('--type <type>', 'only actions of this type').choices(ActionType.options),
  host: () => new Option('--host <host>', 'only those to this host'),
  since: () =>
    new Option(
      '--since <when>',
      'last tried at or after this: an instant, or 2h for two hours ago',
    ).argParser(readPast),
  until: () =>
    new Option('--until <when>', 'last tried before this: an instant, or 30m for half an hour ago').argParser(
      readPast,
    ),
};

/** What the options ask for, as the API takes it. */
export function deliveryFilter({ timer, agent, event, type, host, since, until }: Given): DeadLetterFilter {
  return {
    ...(timer !== undefined && { timer_id: timer }),
    ...(agent !== undefined && { agent_id: agent }),
    ...(event !== undefined && { event }),
    ...(type !== undefined && { type }),
    ...(host !== undefined && { host }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** An instant, or how long ago it was, as an instant. */
export function readPast(text: string): string {
  if (Instant.safeParse(text).success) return text;
  try {
    return new Date(Date.now() - readSpanMs(text)).toISOString();
  } catch {
    throw new InvalidArgumentError('Use an instant such as 2030-01-31T09:00:00Z, or a span such as 2h.');
  }
}
