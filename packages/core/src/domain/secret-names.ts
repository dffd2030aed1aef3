import type { Action } from './action.ts';
import { findSecrets } from './template.ts';

/**
 * The names of the secrets that an attempt at an action needs, each once. What it leaves for later, a timer that is made or an
 * escalation, needs them when that acts.
 */
export function secretsOf(action: Action): string[] {
  if (action.type === 'timer' || action.type === 'message') return [];
  const names = new Set(findSecrets(JSON.stringify(action)));
  if ('secret' in action && action.secret !== undefined) names.add(action.secret);
  return [...names];
}

/** The name in a reference to a secret, `NAME` or `${secret.NAME}`. */
export function secretName(reference: string): string {
  const [inside] = findSecrets(reference);
  return inside ?? reference;
}
