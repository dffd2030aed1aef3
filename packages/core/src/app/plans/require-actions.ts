import type { PlanId } from '@minoots/contract';
import type { Action } from '../../domain/action.ts';
import { MinootsError } from '../errors.ts';
import { requireFeature } from './require-feature.ts';

const CONNECTORS: ReadonlySet<string> = new Set(['slack', 'discord', 'pagerduty', 'cloud_function']);

/**
 * Refuses actions that the plan of a team does not include.
 * @param pointer where they stand in the request, such as `/events/on_expire`
 * @throws MinootsError `plan_required`, which names the cheapest plan that includes them
 */
export function requireActions(plan: PlanId, actions: readonly Action[], pointer: string): void {
  try {
    for (const action of actions) requireAction(plan, action);
  } catch (error) {
    if (!(error instanceof MinootsError)) throw error;
    const { code, message, members } = error;
    const errors = [{ pointer, message }];
    throw new MinootsError(code, message, { errors, ...(members === undefined ? {} : { members }) });
  }
}

function requireAction(plan: PlanId, action: Action): void {
  if (CONNECTORS.has(action.type)) requireFeature(plan, 'connectors', `An action of type ${action.type}`);
  if (action.type !== 'webhook') return;
  const { method, headers, body } = action;
  const isBasic = method === 'POST' && body === null && Object.keys(headers).length === 0;
  if (!isBasic)
    requireFeature(plan, 'advanced_webhooks', 'A webhook with a method, headers or a body of its own');
}
