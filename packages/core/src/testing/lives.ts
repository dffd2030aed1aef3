import { createMessagePerformer } from '../actions/message.ts';
import type { AttemptReport } from '../actions/performer.ts';
import { createTimerPerformer } from '../actions/timer.ts';
import { fakeEngine } from '../api/fake-engine.ts';
import type { Deps, RequestContext } from '../app/deps.ts';
import { postMessage } from '../app/messages/post.ts';
import { spawnTimer } from '../app/timers/spawn.ts';
import { wakeTimer } from '../app/timers/wake.ts';
import type { Timer } from '../domain/timer/state.ts';
import type { Alarm } from '../ports/alarm-clock.ts';
import type { InboxStore } from '../ports/inbox-store.ts';
import { StorageUnavailable, type TimerKey, type TimerStore } from '../ports/timer-store.ts';
import { memoryInboxStore } from './memory-inbox-store.ts';
import { memoryTimerStore } from './memory-timer-store.ts';
import { samplePrincipal } from './sample-principal.ts';

export const TEAM = 'team_a';
const BIRTH = Date.UTC(2030, 0, 1);
/** More alarms than any story here needs: one that goes round in circles is stopped. */
const MAX_ALARMS = 1_000;
const EVERYTHING = { from: Number.MIN_SAFE_INTEGER, limit: 1_000, after: null };

/** What a client asks for, or `null`: time passes until nothing is left to do. Repeating one does no harm. */
export type Step = ((deps: Deps, ctx: RequestContext) => Promise<unknown>) | null;

/** How a process comes to grief: it dies, or its store refuses a write; counted from 1. */
export interface Fate {
  dies?: number;
  refuses?: number;
  /** Looks for nothing in the store that is overdue, so that alarms alone have to lead on. */
  isUnaided?: true;
  /** Another process does something just before this one turns to the store for the `atCall`th time, from 1. */
  rival?: { atCall: number; does: NonNullable<Step> };
}

/** Stores that outlive the processes over them, and the time, which goes on. */
export interface World {
  store: TimerStore;
  inbox: InboxStore;
  now: number;
}

export function newWorld(): World {
  return { store: memoryTimerStore(), inbox: memoryInboxStore(), now: BIRTH };
}

/** The process is dead: nothing that it still does has any effect. */
class Died extends Error {}

/**
 * Carries the steps out in a process over the world's store. Answers how many steps were answered, and how many writes the
 * process made. What is refused is asked for again. A process that starts finds in the store what is left to do.
 */
export async function live(
  world: World,
  steps: readonly Step[],
  fate: Fate = {},
): Promise<{ answered: number; writes: number; calls: number }> {
  const life = new Life(world, fate);
  let answered = 0;
  try {
    await life.wakeUp();
    for (const step of steps) {
      await (step === null ? life.runOut() : life.ask(step));
      answered++;
    }
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  }
  return { answered, writes: life.writes, calls: life.calls };
}

class Life {
  readonly #world: World;
  readonly #fate: Fate;
  readonly #alarms = new Map<string, Alarm>();
  readonly #deps: Deps;
  writes = 0;
  calls = 0;
  #isDead = false;

  constructor(world: World, fate: Fate) {
    this.#world = world;
    this.#fate = fate;
    this.#deps = fakeEngine({
      timers: this.#mortal(world.store),
      inbox: this.#mortalInbox(world.inbox),
      clock: { now: () => world.now },
      alarms: {
        arm: async (alarm) => this.#arm(alarm),
        disarm: async (alarm) => this.#disarm(alarm),
      },
      events: { publish: async () => this.#alive(), subscribe: () => Promise.reject(new Error('not used')) },
      performers: {
        ...fakeEngine().performers,
        message: createMessagePerformer({
          clock: { now: () => world.now },
          post: (draft, context) => postMessage(this.#deps, draft, context),
        }),
        webhook: { perform: async () => this.#report('gone') },
        timer: createTimerPerformer({
          clock: { now: () => world.now },
          spawn: (template, context) => spawnTimer(this.#deps, context, template),
        }),
      },
    });
  }

  /** As a process does that starts. */
  async wakeUp(): Promise<void> {
    await this.#recover(Number.MAX_SAFE_INTEGER);
  }

  async ask(step: NonNullable<Step>): Promise<void> {
    const ctx: RequestContext = {
      principal: samplePrincipal(TEAM),
    };
    try {
      await step(this.#deps, ctx);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      await step(this.#deps, ctx);
    }
  }

  /** Lets time pass until no alarm is left, and no overdue one is found in the store. */
  async runOut(): Promise<void> {
    for (let count = 0; count < MAX_ALARMS; count++) {
      if (this.#alarms.size === 0 && !this.#fate.isUnaided) await this.#recover(this.#world.now);
      const next = [...this.#alarms.values()].sort((one, other) => one.at - other.at)[0];
      if (next === undefined) return;
      this.#alarms.delete(nameOf(next));
      this.#world.now = Math.max(this.#world.now, next.at);
      await this.#answer(next);
    }
    throw new Error(`${MAX_ALARMS} alarms went off and there is no end of it`);
  }

  async #answer(alarm: Alarm): Promise<void> {
    try {
      await wakeTimer(this.#deps, alarm);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      this.#arm({ ...alarm, at: this.#world.now + 500 });
    }
  }

  async #recover(until: number): Promise<void> {
    const { due } = await this.#world.store.listDue({ ...EVERYTHING, until });
    for (const alarm of due) this.#arm(alarm);
  }

  #mortal(store: TimerStore): TimerStore {
    return {
      insert: (timers) => this.#write(timers.length > 0, () => store.insert(timers)),
      update: async (key, decide) => {
        await this.#call();
        let isWrite = false;
        const decideOnce = (current: Timer | null) => {
          const decision = decide(current);
          isWrite = decision.save !== undefined || decision.remove === true;
          if (isWrite) this.#beforeWrite();
          return decision;
        };
        const result = await store.update(key, decideOnce);
        if (isWrite) this.#afterWrite();
        return result;
      },
      get: (key) => this.#read(() => store.get(key)),
      listJobs: (...page) => this.#read(() => store.listJobs(...page)),
      list: (...query) => this.#read(() => store.list(...query)),
      countActive: (teamId) => this.#read(() => store.countActive(teamId)),
      listDue: (range) => this.#read(() => store.listDue(range)),
      listDependents: (...page) => this.#read(() => store.listDependents(...page)),
      listChildren: (...page) => this.#read(() => store.listChildren(...page)),
      listPostponed: (...page) => this.#read(() => store.listPostponed(...page)),
      removeSettled: (...filter) => this.#write(true, () => store.removeSettled(...filter)),
    };
  }

  #mortalInbox(store: InboxStore): InboxStore {
    return {
      insert: (...message) => this.#write(true, () => store.insert(...message)),
      get: (key) => this.#read(() => store.get(key)),
      list: (...query) => this.#read(() => store.list(...query)),
      acknowledge: (...change) => this.#write(true, () => store.acknowledge(...change)),
      watch: () => Promise.reject(new Error('not used')),
    };
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    await this.#call();
    return work();
  }

  async #write<T>(isWrite: boolean, work: () => Promise<T>): Promise<T> {
    await this.#call();
    if (isWrite) this.#beforeWrite();
    const result = await work();
    if (isWrite) this.#afterWrite();
    return result;
  }

  async #call(): Promise<void> {
    this.#alive();
    const { rival } = this.#fate;
    if (++this.calls === rival?.atCall) await live(this.#world, [rival.does]);
  }

  #beforeWrite(): void {
    this.writes++;
    if (this.writes === this.#fate.refuses) throw new StorageUnavailable('told to refuse');
  }

  /** A write that kills its process is in the store; nobody learns of it. */
  #afterWrite(): void {
    if (this.writes === this.#fate.dies) this.#isDead = true;
    this.#alive();
  }

  #alive(): void {
    if (this.#isDead) throw new Died();
  }

  #arm(alarm: Alarm): void {
    this.#alive();
    const known = this.#alarms.get(nameOf(alarm));
    if (known === undefined || known.generation <= alarm.generation) this.#alarms.set(nameOf(alarm), alarm);
  }

  #disarm(alarm: Alarm): void {
    this.#alive();
    if (this.#alarms.get(nameOf(alarm))?.generation === alarm.generation) this.#alarms.delete(nameOf(alarm));
  }

  #report(outcome: AttemptReport['outcome']): AttemptReport {
    this.#alive();
    const at = this.#world.now;
    return {
      at,
      durationMs: 1,
      outcome,
      responseStatus: null,
      responseBody: null,
      error: null,
      retryAfterMs: null,
    };
  }
}

function nameOf({ teamId, timerId }: TimerKey): string {
  return `${teamId}\n${timerId}`;
}
