import type { CreatedTimer, CreateTimerRequest, Timer } from '@minoots/contract';
import { MinootsError } from './errors.ts';
import { type Awaitable, lazy } from './lazy.ts';
import { isOutdated, type LiveTimer, liveTimer } from './live-timer.ts';
import type { Change } from './outbox.ts';
import type { Session } from './session.ts';
import { newTimerId } from './timer-id.ts';
import { readAnswer } from './wire.ts';

/** A timer that can be awaited, or looked at at once: then it is read, blocking. */
export type TimerHandle<T extends Timer = Timer> = LiveTimer<T> & Awaitable<LiveTimer<T>>;

// A loop that looks at a timer which is just firing must not ask the server at every look.
const REREAD_GAP_MS = 100;

/** A timer that exists, as far as the program knows; nothing is sent before it is needed. */
export function existingTimer(session: Session, id: string): TimerHandle {
  const view = new TimerView<Timer>(session, { id });
  return lazy(view.target, {
    known: new Set(['id']),
    freshen: () => {
      if (!view.isFresh()) view.fill(session.readSync('getTimer', { id }), session.version(id));
    },
    load: async () => {
      const version = session.version(id);
      return view.fill(await session.client.timers.get(id), version);
    },
  });
}

/** Sends a timer on its way; its id is known at once. A refusal that nobody awaits is an unhandled rejection. */
export function createdTimer(session: Session, request: CreateTimerRequest): TimerHandle<CreatedTimer> {
  const id = request.id ?? newTimerId();
  const view = new TimerView<CreatedTimer>(session, { id, name: request.name });
  const change = session.change('createTimer', { body: { ...request, id } });
  const version = session.version(id);
  // What was looked at in the meantime is newer than this answer.
  const loaded = change.answer.then((json) => view.fillOnce(readAnswer('createTimer', json), version));
  return lazy(view.target, {
    known: new Set(['id', 'name']),
    freshen: () => {
      if (!view.isFilled()) view.fillOnce(createdNow(session, change, loaded), version);
      if (!view.isFresh()) view.refill(session.readSync('getTimer', { id }), session.version(id));
    },
    load: () => loaded,
  });
}

function createdNow(session: Session, change: Change, loaded: Promise<unknown>): CreatedTimer {
  if (change.outcome === null) session.flushSync();
  const { outcome } = change;
  if (outcome?.ok) return readAnswer('createTimer', outcome.json);
  // The program learns of the refusal here, so it is not unhandled.
  loaded.catch(() => undefined);
  if (outcome) throw MinootsError.from(outcome.error);
  throw new MinootsError({ code: 'unreachable', detail: 'the timer was not sent' });
}

/** What a handle shows, and how old it is. */
class TimerView<T extends Timer> {
  readonly target: LiveTimer<T>;
  readonly #session: Session;
  readonly #id: string;
  #timer: LiveTimer<T> | null = null;
  #readAtMs = 0;
  #version = '';

  constructor(session: Session, known: { id: string; name?: string }) {
    this.#session = session;
    this.#id = known.id;
    // Every other property arrives before anybody can see that it is missing.
    this.target = { ...known } as LiveTimer<T>;
  }

  isFilled(): boolean {
    return this.#timer !== null;
  }

  isFresh(): boolean {
    if (this.#timer === null || this.#version !== this.#session.version(this.#id)) return false;
    return !isOutdated(this.#timer) || performance.now() - this.#readAtMs < REREAD_GAP_MS;
  }

  /** @param version of the session when the reading was asked for: a change since then makes it outdated */
  fill(timer: T, version: string): LiveTimer<T> {
    this.#timer = liveTimer(timer);
    this.#readAtMs = performance.now();
    this.#version = version;
    const properties = Object.entries(Object.getOwnPropertyDescriptors(this.#timer));
    for (const [name, property] of properties) Object.defineProperty(this.target, name, property);
    return this.#timer;
  }

  fillOnce(timer: T, version: string): LiveTimer<T> {
    return this.#timer ?? this.fill(timer, version);
  }

  /** Fills in what a later read knows; what only the first one knew, such as the receipt, stays. */
  refill(timer: Timer, version: string): void {
    if (this.#timer !== null) this.fill({ ...this.#timer, ...timer }, version);
  }
}
