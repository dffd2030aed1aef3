import { hash } from 'node:crypto';
import type { Alarm, TimerKey } from '@minoots/core';

/** Names one task: the index of its queue, and an id that Cloud Tasks takes once in that queue. */
export interface TaskRef {
  queue: number;
  id: string;
}

/** How long the sweeper stays with one name for an overdue alarm, in ms, so that a backlog does not multiply. */
const SWEEP_BUCKET_MS = 600_000;
const MAX_ID_PART = 100;

/**
 * Names the task that takes an alarm to one of its stops (epoch ms), in one of `queues` queues. Equal alarms have equal
 * names, so Cloud Tasks itself refuses duplicates.
 */
export function taskRef(alarm: Alarm, stop: number, queues: number): TaskRef {
  return refOf(alarm, queues, stop);
}

/** Another name for the same task, for when the name is used up: Cloud Tasks remembers names of past tasks for a day. */
export function anotherTaskRef(alarm: Alarm, stop: number, queues: number, nonce: string): TaskRef {
  return refOf(alarm, queues, stop, nonce);
}

/** Names the task by which a sweep at `now` (epoch ms) arms an overdue alarm again; the same for ten minutes. */
export function sweepTaskRef(alarm: Alarm, now: number, queues: number): TaskRef {
  return refOf(alarm, queues, alarm.at, `sweep${Math.floor(now / SWEEP_BUCKET_MS)}`);
}

/**
 * The id begins with a hash, since ids that follow one another slow a queue down. The hash alone tells timers apart: 64
 * bits, because thousands of teams may choose one timer id and one instant. The timer's id is there to be read.
 */
function refOf(alarm: Alarm, queues: number, ...parts: readonly (string | number)[]): TaskRef {
  const digest = digestOf(alarm);
  const readable = alarm.timerId.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, MAX_ID_PART);
  return {
    queue: Number.parseInt(digest.slice(16, 24), 16) % queues,
    id: [digest.slice(0, 16), readable, alarm.generation, ...parts].join('-'),
  };
}

function digestOf({ teamId, timerId }: TimerKey): string {
  return hash('sha256', JSON.stringify([teamId, timerId]));
}
