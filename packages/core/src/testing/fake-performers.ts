import type { ActionRegistry } from '../actions/performer.ts';
import { ACTION_KINDS } from '../actions/registry.ts';

/** Performers that perform nothing and fail when they are asked to, but for those given. */
export function fakePerformers(given: Partial<ActionRegistry> = {}): ActionRegistry {
  const idle = { perform: () => Promise.reject(new Error('a fake performer performs no actions')) };
  const all = Object.fromEntries(Object.keys(ACTION_KINDS).map((type) => [type, idle]));
  // One for each kind there is; the compiler cannot follow the entries here.
  return { ...all, ...given } as ActionRegistry;
}
