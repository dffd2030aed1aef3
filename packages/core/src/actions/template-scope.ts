import type { TemplateScope } from '../domain/template.ts';
import { deliveryId } from '../wire/delivery-id.ts';
import { toInstant } from '../wire/timer.ts';
import type { AttemptContext } from './performer.ts';

/** What a receiver learns of the delivery itself; `drift_ms` is the hand-off of this attempt minus `scheduled_at`. */
export interface DeliveryFacts {
  id: string;
  attempt: number;
  scheduled_at: string | null;
  drift_ms: number | null;
}

/**
 * The facts of an attempt's delivery.
 * @param at when the attempt is handed off, in epoch ms
 */
export function deliveryFacts({ timer, delivery, attempt }: AttemptContext, at: number): DeliveryFacts {
  // Only what the time being up sets off has a time of its own.
  const fireAt = delivery.trigger === 'expire' && 'fireAt' in timer ? timer.fireAt : null;
  return {
    id: deliveryId(timer, delivery.number),
    attempt,
    scheduled_at: toInstant(fireAt),
    drift_ms: fireAt === null ? null : at - fireAt,
  };
}

/**
 * The values that the placeholders of an action can name at an attempt.
 * @param at when the attempt is handed off, in epoch ms
 */
export function templateScope(context: AttemptContext, at: number): TemplateScope {
  const { timer } = context;
  return {
    timestamp: toInstant(at),
    timer: {
      id: timer.id,
      name: timer.name,
      agent_id: timer.agentId,
      team_id: timer.teamId,
      status: timer.status,
      generation: timer.generation,
      created_at: toInstant(timer.createdAt),
      fire_at: toInstant('fireAt' in timer ? timer.fireAt : null),
      fired_at: toInstant('firedAt' in timer ? timer.firedAt : null),
      metadata: timer.metadata,
      labels: timer.labels,
    },
    delivery: { ...deliveryFacts(context, at) },
  };
}
