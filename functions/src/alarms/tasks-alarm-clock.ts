import { randomBytes } from 'node:crypto';
import type { Alarm, AlarmClock, Clock, Logger } from '@minoots/core';
import { alarmTaskBody } from './alarm-task.ts';
import { nextStop } from './horizon.ts';
import { anotherTaskRef, sweepTaskRef, type TaskRef, taskRef } from './task-name.ts';
import type { TaskQueues } from './task-queues.ts';
import type { UnarmedAlarms } from './unarmed-alarms.ts';

export interface TasksAlarmClockDeps {
  queues: Pick<TaskQueues, 'count' | 'create' | 'delete' | 'get'>;
  unarmed: Pick<UnarmedAlarms, 'remember'>;
  clock: Clock;
  /** When Cloud Tasks is to dispatch what is due at a future instant; both in epoch ms. Real time takes it as it is. */
  schedule(at: number): number;
  logger: Logger;
}

/**
 * The Firebase engine's alarm clock: a task in Cloud Tasks per alarm. An alarm beyond the horizon stops on the way; the
 * handler of such a stop finds its timer early and arms it again. Neither arming nor disarming ever rejects, since the
 * change that led to it is durable by then: what fails is remembered for the sweeper.
 */
export class TasksAlarmClock implements AlarmClock {
  readonly #deps: TasksAlarmClockDeps;

  constructor(deps: TasksAlarmClockDeps) {
    this.#deps = deps;
  }

  async arm(alarm: Alarm): Promise<void> {
    try {
      await this.enqueue(alarm);
    } catch (error) {
      const fields = { err: error, timerId: alarm.timerId, at: alarm.at };
      this.#deps.logger.error(fields, 'an alarm has no task yet: the sweeper arms it');
      await this.#remember(alarm);
    }
  }

  async disarm(alarm: Alarm): Promise<void> {
    const { queues, clock, logger } = this.#deps;
    try {
      await queues.delete(taskRef(alarm, nextStop(alarm.at, clock.now()), queues.count));
    } catch (error) {
      // The task will find a timer of a newer generation and change nothing.
      logger.warn({ err: error, timerId: alarm.timerId }, 'the task of an alarm could not be deleted');
    }
  }

  /**
   * Arms an alarm as `arm` does.
   * @throws when its task could not be created
   */
  async enqueue(alarm: Alarm): Promise<void> {
    const { queues, clock } = this.#deps;
    const stop = nextStop(alarm.at, clock.now());
    const ref = taskRef(alarm, stop, queues.count);
    if ((await this.#create(ref, alarm, stop)) === 'created' || (await queues.get(ref)) !== null) return;
    // The name belongs to a task of the past, of a timer that was deleted and made anew, or of the same instant.
    const nonce = randomBytes(4).toString('hex');
    await this.#create(anotherTaskRef(alarm, stop, queues.count, nonce), alarm, stop);
  }

  /**
   * Arms an overdue alarm under a name of its own; tells whether this made a task, or a sweep of the last minutes had.
   * @throws when its task could not be created
   */
  async enqueueOverdue(alarm: Alarm): Promise<boolean> {
    const { queues, clock } = this.#deps;
    const ref = sweepTaskRef(alarm, clock.now(), queues.count);
    return (await this.#create(ref, alarm, alarm.at)) === 'created';
  }

  #create(ref: TaskRef, alarm: Alarm, stop: number): Promise<'created' | 'exists'> {
    const { queues, clock, schedule } = this.#deps;
    const body = alarmTaskBody(alarm);
    return queues.create(stop <= clock.now() ? { ref, body } : { ref, body, scheduleAt: schedule(stop) });
  }

  async #remember(alarm: Alarm): Promise<void> {
    try {
      await this.#deps.unarmed.remember(alarm);
    } catch (error) {
      const fields = { err: error, timerId: alarm.timerId, at: alarm.at };
      this.#deps.logger.error(fields, 'an alarm without a task could not be remembered: it will be overdue');
    }
  }
}
