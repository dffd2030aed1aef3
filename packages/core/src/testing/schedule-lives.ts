import { fakeEngine } from '../api/fake-engine.ts';
import type { Deps, RequestContext } from '../app/deps.ts';
import { tendSchedules } from '../app/schedules/tend.ts';
import { wakeTimer } from '../app/timers/wake.ts';
import { checkAt } from '../domain/schedule/time.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import { StorageUnavailable, type TimerStore } from '../ports/timer-store.ts';
import { fakePerformers } from './fake-performers.ts';
import { samplePrincipal } from './sample-principal.ts';

export const TEAM = 'team_a';
export const BIRTH = Date.UTC(2030, 0, 1);
/** Alarms and checks that a story here may need: one that goes round in circles is stopped. */
const MAX_MOMENTS = 500;
const RETRY_MS = 1_000;

/** Stores that outlive the processes over them, and the time. */
export interface ScheduleWorld {
  timers: TimerStore;
  schedules: ScheduleStore;
  now: number;
}

/** How a process comes to grief, by the number of one of its writes, from 1: it dies once that is done, or the store refuses it. */
export interface ScheduleFate {
  dies?: number;
  refuses?: number;
}

/** The process is dead: nothing that it still does has any effect. */
class Died extends Error {}

/**
 * A process over stores, and another one in its place once it has died. A process that starts knows nothing but what is
 * stored, and looks after schedules no sooner than it would if others were still at work.
 */
export class ScheduleLife {
  readonly #world: ScheduleWorld;
  #fate: ScheduleFate;
  #isDead = false;
  readonly deps: Deps;
  writes = 0;
  /** Whether what timers do fails. */
  isFailing = false;

  constructor(world: ScheduleWorld, fate: ScheduleFate = {}) {
    this.#world = world;
    this.#fate = fate;
    this.deps = fakeEngine({
      timers: this.#mortal(world.timers, ['insert', 'update', 'removeSettled']),
      schedules: this.#mortal(world.schedules, ['insert', 'update']),
      clock: { now: () => world.now },
      performers: fakePerformers({ message: { perform: async () => this.#delivered() } }),
    });
  }

  /** Has a client ask for something, and ask again when it gets no answer: by the same idempotency key. */
  async ask(
    commandId: string,
    request: (deps: Deps, ctx: RequestContext) => Promise<unknown>,
  ): Promise<void> {
    const principal = samplePrincipal(TEAM);
    await this.#again(() => request(this.deps, { principal, commandId }));
  }

  /** Does something that nobody repeats where the process dies of it. */
  attempt(work: (deps: Deps) => Promise<unknown>): Promise<void> {
    return this.#once(() => work(this.deps));
  }

  /** Lets time pass, in ms from the birth of the world, and does what comes due. */
  async until(instantMs: number): Promise<void> {
    const end = BIRTH + instantMs;
    for (let count = 0; count < MAX_MOMENTS; count++) {
      const at = await this.#nextAt();
      if (at === null || at > end) {
        this.#world.now = end;
        return;
      }
      // What is still due was tried in vain.
      this.#world.now = at > this.#world.now ? at : this.#world.now + (count % 2 === 0 ? 0 : RETRY_MS);
      await this.#do();
    }
    throw new Error(`${MAX_MOMENTS} moments passed and there is no end of it`);
  }

  /** Lets time pass in which nothing is done. */
  sleep(forMs: number): void {
    this.#world.now += forMs;
  }

  async #nextAt(): Promise<number | null> {
    const { timers, schedules } = this.#world;
    const everything = { from: Number.MIN_SAFE_INTEGER, until: Number.MAX_SAFE_INTEGER, after: null };
    const { due } = await timers.listDue({ ...everything, limit: 1 });
    const all = (await schedules.listToCheck({ ...everything, limit: 10 })).keys;
    const checks = await Promise.all(all.map((key) => schedules.get(key)));
    const instants = [due[0]?.at ?? null, ...checks.map((schedule) => schedule && checkAt(schedule))];
    return instants.reduce(
      (first, at) => (at === null || (first !== null && first <= at) ? first : at),
      null,
    );
  }

  async #do(): Promise<void> {
    const range = { from: Number.MIN_SAFE_INTEGER, until: this.#world.now, limit: 100, after: null };
    const { due } = await this.#world.timers.listDue(range);
    for (const alarm of due) await this.#once(() => wakeTimer(this.deps, alarm));
    await this.#once(() => tendSchedules(this.deps));
  }

  /** What fails comes again by itself. */
  async #once(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#revive(error);
    }
  }

  async #again(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#revive(error);
      await work();
    }
  }

  #revive(error: unknown): void {
    if (!(error instanceof Died || error instanceof StorageUnavailable)) throw error;
    this.#isDead = false;
    this.#fate = {};
  }

  async #delivered() {
    this.#alive();
    const outcome = this.isFailing ? ('failed' as const) : ('succeeded' as const);
    const answer = { responseStatus: null, responseBody: null, error: null, retryAfterMs: null };
    return { at: this.#world.now, durationMs: 1, outcome, ...answer };
  }

  /** The same store, whose writing methods count. */
  #mortal<S extends object>(store: S, writing: readonly (keyof S)[]): S {
    return new Proxy(store, {
      get: (target, name: string) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        const call = (...args: unknown[]) => Reflect.apply(method, target, args);
        const isWriting = writing.some((each) => each === name);
        return (...args: unknown[]) => this.#attempt(isWriting, () => call(...args));
      },
    });
  }

  /** Every call of a writing method counts, also where its decision is to leave all as it is. */
  async #attempt(isWriting: boolean, call: () => unknown): Promise<unknown> {
    this.#alive();
    if (isWriting) this.writes++;
    if (isWriting && this.writes === this.#fate.refuses) throw new StorageUnavailable('told to refuse');
    const result = await call();
    if (isWriting && this.writes === this.#fate.dies) this.#isDead = true;
    this.#alive();
    return result;
  }

  #alive(): void {
    if (this.#isDead) throw new Died();
  }
}
