import { type Alarm, type AlarmHandler, type Clock, type Logger, systemRealTime } from '@minoots/core';
import { handleAlarm } from '../../src/alarms/alarm-task.ts';
import { type SweepCounts, sweep } from '../../src/alarms/sweeper.ts';
import { CloudTaskQueues } from '../../src/alarms/task-queues.ts';
import { TasksAlarmClock } from '../../src/alarms/tasks-alarm-clock.ts';
import { UnarmedAlarms } from '../../src/alarms/unarmed-alarms.ts';
import { StoredClock } from '../../src/clock/stored-clock.ts';
import { VirtualTime } from '../../src/clock/virtual-time.ts';
import { FirestoreTimerStore } from '../../src/stores/firestore-timer-store.ts';
import { CloudTasksServer, type CloudTasksServerOptions } from './cloud-tasks-server.ts';
import { openFirestore } from './firestore.ts';
import { plansKeeping } from './plans.ts';

const HISTORY_MS = 30 * 86_400_000;
/** Longer than any test: a failed task comes again when the clock is moved, not by itself. */
const NEVER_MS = 86_400_000;

export interface AlarmBenchOptions extends CloudTasksServerOptions {
  /** Takes what the tasks bring, as a fire function does; without it tasks go to their URL. */
  wake?: AlarmHandler;
  /** Default a clock that stands still and that `advance` moves; `real` is the system's. */
  time?: 'virtual' | 'real';
}

export type AlarmBench = Awaited<ReturnType<typeof openAlarmBench>>;

/** Everything about alarms put together over an empty database and a Cloud Tasks in this process. */
export async function openAlarmBench({ wake, time = 'virtual', ...options }: AlarmBenchOptions = {}) {
  const { firestore, close: closeFirestore } = await openFirestore();
  const stored = new StoredClock(firestore);
  await stored.refresh();
  const clock: Clock = time === 'virtual' ? stored : { now: () => Date.now() };
  const log: { message: string; fields: object }[] = [];
  const note = (fields: object, message: string) => void log.push({ message, fields });
  const logger: Logger = { info: note, warn: note, error: note };
  const deliver = async ({ httpRequest }: { httpRequest?: { body?: unknown } | null }) => {
    const { data } = JSON.parse(String(httpRequest?.body));
    await stored.refresh();
    await handleAlarm({ wake: wake ?? (async () => {}), clock, realTime: systemRealTime, logger }, data);
    return 204;
  };
  const server = await CloudTasksServer.start({
    backoffMs: time === 'virtual' ? NEVER_MS : 20,
    ...(wake && { deliver }),
    ...options,
  });
  const queues = queuesOf(server.host);
  const timers = new FirestoreTimerStore({
    firestore,
    now: () => clock.now(),
    plans: plansKeeping(HISTORY_MS),
  });
  const unarmed = new UnarmedAlarms(firestore, clock);
  const schedule = time === 'virtual' ? VirtualTime.parked : (at: number) => at;
  const newAlarms = () => new TasksAlarmClock({ queues, unarmed, clock, schedule, logger });
  const alarms = newAlarms();
  const sweepNow = (limits: { graceMs?: number; budgetMs?: number } = {}): Promise<SweepCounts> =>
    sweep({ timers, unarmed, alarms, clock, logger, ...limits });
  const virtualTime = new VirtualTime({
    clock: stored,
    timers,
    queues,
    sweep: () => sweepNow({ graceMs: 0 }),
  });
  return {
    firestore,
    server,
    queues,
    timers,
    unarmed,
    clock,
    logger,
    log,
    alarms,
    newAlarms,
    sweep: sweepNow,
    advance: (byMs: number) => virtualTime.advance(byMs),
    /** Lets time pass in which no task is dispatched. */
    skip: (byMs: number) => stored.set(stored.now() + byMs),
    close: async () => {
      await queues.close();
      await server.close();
      await closeFirestore();
    },
  };
}

/** Four queues of the server at `host:port`, whose tasks go to `url`. */
export function queuesOf(host: string, url = 'http://127.0.0.1:9'): CloudTaskQueues {
  return new CloudTaskQueues({
    project: 'demo-minoots',
    region: 'us-central1',
    count: 4,
    urlOf: (queue) => `${url}/fire${queue}`,
    serviceAccount: 'tasks@demo-minoots.iam.gserviceaccount.com',
    dispatchDeadlineMs: 60_000,
    emulatorHost: host,
  });
}

/** An alarm that is due `inMs` after the bench's present. */
export function alarmIn({ clock }: AlarmBench, inMs: number, timerId = 'tmr_1'): Alarm {
  return { teamId: 'team_a', timerId, at: clock.now() + inMs, generation: 1 };
}
