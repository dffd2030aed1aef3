import type {
  CleanupRequest,
  CleanupResult,
  CreatedTimer,
  CreateTimerRequest,
  Delivery,
  LogEntry,
  RescheduleTimerRequest,
  Share,
  ShareTimerRequest,
  Timer,
  TimerGraph,
  TimerPreview,
  TimerStatus,
  UpdateTimerRequest,
} from '@minoots/contract';
import type { Settings } from '../settings.ts';
import type { MinootsClient } from './client.ts';
import { type LazyList, lazyList } from './lazy-list.ts';
import { type LiveTimer, liveTimer } from './live-timer.ts';
import type { Agents } from './resources/agents.ts';
import type { ApiKeys } from './resources/api-keys.ts';
import type { Context } from './resources/context.ts';
import type { Endpoints } from './resources/endpoints.ts';
import type { Schedules } from './resources/schedules.ts';
import type { Secrets } from './resources/secrets.ts';
import { type TimerFilter, timerQuery } from './resources/timers.ts';
import { Session } from './session.ts';
import { createdTimer, existingTimer, type TimerHandle } from './timer-handle.ts';

/** A timer, or its id. */
export type TimerRef = string | { readonly id: string };

/** Which timers to list: those that have not ended, unless `status` or `all` says otherwise. */
export type ListFilter = TimerFilter & { all?: boolean };

/** Statuses of timers that have not ended. */
export const ACTIVE_STATUSES = ['waiting', 'running', 'paused', 'firing'] as const satisfies TimerStatus[];

const MAX_PAGE = 200;

/**
 * Timers for a program, without ceremony: `create` gives a timer whose id is known at once, and what is read can
 * be awaited or simply used. Failures are MinootsErrors.
 */
export interface Minoots {
  /** Sends a timer on its way. Await it to be sure that it is taken; its `receipt` says what it survives. */
  create(request: CreateTimerRequest): TimerHandle<CreatedTimer>;
  get(timer: TimerRef): TimerHandle;
  list(filter?: ListFilter): LazyList<LiveTimer>;
  /** What happened to the timer, oldest first. */
  logs(timer: TimerRef): LazyList<LogEntry>;
  /** Deliveries of a timer, or of all. */
  deliveries(timer?: TimerRef): LazyList<Delivery>;
  /** What the timer came from and what follows from it. */
  graph(timer: TimerRef): Promise<TimerGraph>;
  update(timer: TimerRef, change: UpdateTimerRequest): Promise<LiveTimer>;
  cancel(timer: TimerRef): Promise<LiveTimer>;
  /** Cancels the timer if it is pending, and all that its actions made; gives how many there were. */
  cancelLineage(timer: TimerRef): Promise<number>;
  pause(timer: TimerRef): Promise<LiveTimer>;
  resume(timer: TimerRef): Promise<LiveTimer>;
  /** @param by milliseconds, or text such as `5m` */
  extend(timer: TimerRef, by: number | string): Promise<LiveTimer>;
  reschedule(timer: TimerRef, when: RescheduleTimerRequest): Promise<LiveTimer>;
  /** Starts the clock again with its original span: the heartbeat of a dead-man's switch. */
  touch(timer: TimerRef): Promise<LiveTimer>;
  /** Fires now instead of later. */
  fire(timer: TimerRef): Promise<LiveTimer>;
  /** Cancels the timer if it is pending and removes it with its history. */
  delete(timer: TimerRef): Promise<LiveTimer>;
  /** Delivers again with a fresh attempt count. */
  redeliver(deliveryId: string): Promise<LiveTimer>;
  /** Resolves when the timer has ended, or after `timeoutMs` with the timer as it is then. */
  wait(timer: TimerRef, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<LiveTimer>;
  /** Shares a timer with another team, by its slug or id. `read` unless told; each other permission includes it. */
  share(timer: TimerRef, share: ShareTimerRequest): Promise<Share>;
  /** Removes timers that ended. */
  cleanup(request?: CleanupRequest): Promise<CleanupResult>;
  /** The inboxes of agents and of the team, and what agents may use, as promises. */
  readonly agents: Agents;
  /** The facts that conditions of timers ask for, as promises. */
  readonly context: Context;
  /** Timers made over and over by a plan. */
  readonly schedules: Schedules;
  /** URLs that keep failing or are paused. */
  readonly endpoints: Endpoints;
  /** What creating a timer would do; nothing is stored. */
  preview(request: CreateTimerRequest): Promise<TimerPreview>;
  /** What actions name and nobody can read. */
  readonly secrets: Secrets;
  /** Keys that act for the team; the key itself is in the answer that made it, and nowhere else. */
  readonly apiKeys: ApiKeys;
  /** Every operation of the API, as promises. */
  readonly client: MinootsClient;
}

/** @param readSettings called at the first request */
export function createMinoots(readSettings: () => Settings): Minoots {
  const session = new Session(readSettings);
  const { client } = session;
  const { timers } = client;
  return {
    create: (request) => createdTimer(session, request),
    get: (timer) => existingTimer(session, idOf(timer)),
    list: (filter) => listTimers(session, filter ?? {}),
    logs: (timer) => {
      const id = idOf(timer);
      return lazyList(
        () => session.readSync('getTimerLogs', { id }).data,
        () => timers.logs(id),
      );
    },
    deliveries: (timer) =>
      timer === undefined ? allDeliveries(session) : deliveriesOf(session, idOf(timer)),
    graph: (timer) => timers.graph(idOf(timer)),
    ...changes(session),
    redeliver: async (deliveryId) => {
      session.touch();
      return liveTimer(await client.deliveries.redeliver(deliveryId));
    },
    wait: async (timer, { timeoutMs, signal } = {}) => {
      return liveTimer(await timers.wait(idOf(timer), timeoutMs, signal));
    },
    cleanup: (request) => {
      session.touch();
      return timers.cleanup(request);
    },
    agents: client.agents,
    share: (timer, share) => client.shares.create(idOf(timer), share),
    context: client.context,
    schedules: client.schedules,
    endpoints: client.endpoints,
    preview: (request) => timers.preview(request),
    secrets: client.secrets,
    apiKeys: client.apiKeys,
    client,
  };
}

type Changes =
  | 'update'
  | 'cancel'
  | 'cancelLineage'
  | 'pause'
  | 'resume'
  | 'extend'
  | 'reschedule'
  | 'touch'
  | 'fire'
  | 'delete';

function changes(session: Session): Pick<Minoots, Changes> {
  const { timers } = session.client;
  const change = async (timer: TimerRef, send: (id: string) => Promise<Timer>) => {
    const id = idOf(timer);
    session.touch(id);
    return liveTimer(await send(id));
  };
  return {
    update: (timer, fields) => change(timer, (id) => timers.update(id, fields)),
    cancel: (timer) => change(timer, (id) => timers.cancel(id)),
    cancelLineage: async (timer) => {
      session.touch();
      return (await timers.cancelLineage(idOf(timer))).cancelled;
    },
    pause: (timer) => change(timer, (id) => timers.pause(id)),
    resume: (timer) => change(timer, (id) => timers.resume(id)),
    extend: (timer, by) => change(timer, (id) => timers.extend(id, by)),
    reschedule: (timer, when) => change(timer, (id) => timers.reschedule(id, when)),
    touch: (timer) => change(timer, (id) => timers.touch(id)),
    fire: (timer) => change(timer, (id) => timers.fire(id)),
    delete: (timer) => change(timer, (id) => timers.delete(id)),
  };
}

function listTimers(session: Session, { all, ...rest }: ListFilter): LazyList<LiveTimer> {
  const filter: TimerFilter = all || rest.status ? rest : { ...rest, status: ACTIVE_STATUSES };
  const live = (timers: Timer[]) => timers.map((timer) => liveTimer(timer));
  return lazyList(
    () =>
      live(allPages((page) => session.readSync('listTimers', { query: timerQuery({ ...filter, ...page }) }))),
    async () => live(await collect(session.client.timers.all(filter))),
  );
}

function deliveriesOf(session: Session, id: string): LazyList<Delivery> {
  return lazyList(
    () => session.readSync('getTimerDeliveries', { id }).data,
    () => session.client.timers.deliveries(id),
  );
}

function allDeliveries(session: Session): LazyList<Delivery> {
  return lazyList(
    () => allPages((page) => session.readSync('listDeliveries', { query: page })),
    () => collect(session.client.deliveries.all()),
  );
}

function allPages<T>(
  read: (page: { limit: number; cursor?: string }) => { data: T[]; next_cursor: string | null },
): T[] {
  const entries: T[] = [];
  let cursor: string | null = null;
  do {
    const page = read({ limit: MAX_PAGE, ...(cursor === null ? {} : { cursor }) });
    entries.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return entries;
}

async function collect<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const entry of entries) collected.push(entry);
  return collected;
}

function idOf(timer: TimerRef): string {
  return typeof timer === 'string' ? timer : timer.id;
}
