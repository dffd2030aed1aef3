import { withEcosystemLabels } from '../ecosystem-labels.ts';
import type { When } from '../when.ts';
import { toCancelled } from './commands/cancel.ts';
import { areSatisfied, failureEntry, hasFailedParent } from './commands/settle-parent.ts';
import { running } from './commands/start.ts';
import { appendLog, entry } from './log.ts';
import type { Timer, TimerIn } from './state.ts';

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
  | 'events'
  | 'retry'
  | 'dependencies'
  | 'conditions'
  | 'lineage'
  | 'scheduleId'
  | 'occurrence'
  | 'escalates'
  | 'fingerprint'
> & { when: When };

/** A timer as it begins: running, or waiting while it has parents that have not fired. */
export function createTimer(input: NewTimer, now: number): Timer {
  const { when, ...fields } = input;
  const created = entry(now, 'timer.created', `Created by ${input.createdBy}`);
  const born: Omit<TimerIn<'waiting'>, 'status' | 'clock'> = {
    ...fields,
    labels: withEcosystemLabels(fields.labels, fields.metadata),
    createdAt: now,
    updatedAt: now,
    version: 1,
    generation: 1,
    deliveries: [],
    progressTold: 0,
    hasDependents: false,
    outbox: [],
    log: appendLog([], [created], 1),
    recentCommands: [],
  };
  const { dependencies } = input;
  if (dependencies === null || areSatisfied(dependencies)) return { ...born, ...running(when, now) };
  const timer: TimerIn<'waiting'> = { ...born, status: 'waiting', clock: when };
  if (!hasFailedParent(dependencies)) return timer;
  return toCancelled({ ...timer, log: appendLog(timer.log, [failureEntry(dependencies, now)], 1) }, now);
}
