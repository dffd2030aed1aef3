import type { ActionKinds, PerformerDeps } from './action-kind.ts';
import { cloudFunction } from './cloud-function.ts';
import { command } from './command.ts';
import { discord } from './discord.ts';
import { fileWrite } from './file-write.ts';
import { message } from './message.ts';
import { pagerduty } from './pagerduty.ts';
import type { ActionRegistry } from './performer.ts';
import { slack } from './slack.ts';
import { timer } from './timer.ts';
import { webhook } from './webhook.ts';

/** Every type of action. A new one is added here, beside its file and its schema. */
export const ACTION_KINDS: ActionKinds = {
  webhook,
  message,
  slack,
  discord,
  pagerduty,
  cloud_function: cloudFunction,
  command,
  file_write: fileWrite,
  timer,
};

/** The performers of every type of action that the service carries out. */
export function createActionRegistry(deps: PerformerDeps): ActionRegistry {
  const performers = Object.entries(ACTION_KINDS).flatMap(([type, kind]) =>
    'createPerformer' in kind ? [[type, kind.createPerformer(deps)]] : [],
  );
  // One performer per kind, under the kind's own name; the compiler cannot follow the entries here.
  return Object.fromEntries(performers) as ActionRegistry;
}
