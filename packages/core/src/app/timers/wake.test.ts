import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@minoots/contract';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { memoryContextStore } from '../../testing/memory-context-store.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import type { Deps } from '../deps.ts';
import { wakeTimer } from './wake.ts';

interface Bench {
  deps: Deps;
  /** How often the whole context was read. */
  reads(): number;
  /** Stores a timer that is due. */
  due(fields: { query?: JsonObject; metadata?: JsonObject }): Promise<Timer>;
  wake(timer: Timer, deps?: Deps): Promise<void>;
  read(timer: Timer): Promise<Timer | null>;
}

function openBench(): Bench {
  const store = memoryContextStore();
  let reads = 0;
  const context = {
    ...store,
    list: (teamId: string) => {
      reads++;
      return store.list(teamId);
    },
  };
  const deps = fakeEngine({ context });
  return {
    deps,
    reads: () => reads,
    async due({ query, metadata = {} }) {
      const conditions = query === undefined ? null : { query, onUnmet: { type: 'skip' } as const };
      const timer = sampleTimer({ conditions, metadata, when: { type: 'instant', at: NOW } }, NOW - 60_000);
      await deps.timers.insert([timer]);
      return timer;
    },
    wake: ({ teamId, id }, by = deps) => wakeTimer(by, { teamId, timerId: id, at: NOW, generation: 1 }),
    read: ({ teamId, id }) => deps.timers.get({ teamId, timerId: id }),
  };
}

async function set({ deps }: Bench, key: string, value: JsonValue): Promise<void> {
  await deps.context.put('team_a', { key, value, updatedAt: NOW });
}

describe('wakeTimer', () => {
  it('reads no context for a timer without conditions', async () => {
    const bench = openBench();
    const timer = await bench.due({});
    await bench.wake(timer);
    expect((await bench.read(timer))?.status).toBe('expired');
    expect(bench.reads()).toBe(0);
  });

  it('reads the context once to judge a timer, and not for an alarm that finds nothing to judge', async () => {
    const bench = openBench();
    await set(bench, 'tests_passed', true);
    const timer = await bench.due({ query: { tests_passed: true } });
    await bench.wake({ ...timer, id: 'tmr_gone' });
    await wakeTimer(bench.deps, { teamId: timer.teamId, timerId: timer.id, at: NOW, generation: 7 });
    expect(bench.reads()).toBe(0);
    await bench.wake(timer);
    await bench.wake(timer);
    expect((await bench.read(timer))?.status).toBe('expired');
    expect(bench.reads()).toBe(1);
  });

  it('believes the metadata of a timer before the context of its team', async () => {
    const bench = openBench();
    await set(bench, 'environment', 'production');
    await set(bench, 'tests_passed', true);
    const query = { environment: 'staging', tests_passed: true };
    const timer = await bench.due({ query, metadata: { environment: 'staging' } });
    await bench.wake(timer);
    expect((await bench.read(timer))?.status).toBe('expired');
  });

  it('leaves the timer for the next alarm when the context cannot be read', async () => {
    const bench = openBench();
    const timer = await bench.due({ query: { tests_passed: true } });
    const list = () => Promise.reject(new Error('no answer'));
    const blind = { ...bench.deps, context: { ...bench.deps.context, list } };
    await expect(bench.wake(timer, blind)).rejects.toThrow('no answer');
    expect((await bench.read(timer))?.status).toBe('running');
    await bench.wake(timer);
    expect((await bench.read(timer))?.status).toBe('skipped');
  });

  it('judges the timer as it is once the context was read', async () => {
    const bench = openBench();
    const timer = await bench.due({ query: { environment: 'production' } });
    const list = async () => {
      const save = { ...timer, metadata: { environment: 'production' } };
      await bench.deps.timers.update({ teamId: timer.teamId, timerId: timer.id }, () => ({
        save,
        result: null,
      }));
      return [];
    };
    await bench.wake(timer, { ...bench.deps, context: { ...bench.deps.context, list } });
    expect((await bench.read(timer))?.status).toBe('expired');
  });
});
