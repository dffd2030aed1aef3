import { createMessagePerformer, type MessageDeps } from './message.ts';
import type { ActionRegistry } from './performer.ts';
import { createWebhookPerformer, type WebhookDeps } from './webhook.ts';

/** The performers of every action type that the service itself carries out. */
export function createActionRegistry(deps: WebhookDeps & MessageDeps): ActionRegistry {
  return { webhook: createWebhookPerformer(deps), message: createMessagePerformer(deps) };
}
