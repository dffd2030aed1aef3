import { withEcosystemLabels } from '../ecosystem-labels.ts';
import type { When } from '../when.ts';
import { areSatisfied } from './commands/settle-parent.ts';
import { start } from './commands/start.ts';
import { appendLog, entry } from './log.ts';
import type { Timer } from './state.ts';

/** All that makes a new timer; ids and instants are given, never made here. */
export type NewTimer = Pick<
  Timer,
  | 'id'
  | 'teamId'
  | 'createdBy'
  | 'name'
  | 'agentId'
  | 'labels'
  | 'metadata'
  | 'actions'
  | 'retry'
  | 'dependencies'
  | 'conditions'
  | 'scheduleId'
  | 'fingerprint'
> & { when: When };

/** A timer as it begins: running, or waiting while it has parents that have not fired. */
export function createTimer(input: NewTimer, now: number): Timer {
  const { when, ...fields } = input;
  const created = entry(now, 'timer.created', `Created by ${input.createdBy}`);
  const timer: Timer = {
    ...fields,
    labels: withEcosystemLabels(fields.labels, fields.metadata),
    status: 'waiting',
    clock: when,
    createdAt: now,
    updatedAt: now,
    version: 1,
    generation: 1,
    deliveries: [],
    log: appendLog([], [created], 1),
    recentCommands: [],
  };
  return input.dependencies === null || areSatisfied(input.dependencies) ? start(timer, now) : timer;
}
