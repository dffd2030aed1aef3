import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aJob, aScript } from '../test/support/jobs.ts';
import { ScriptedBoard } from '../test/support/scripted-board.ts';
import { type ScriptedWork, SUCCESS, scriptedWork } from '../test/support/scripted-work.ts';
import { tempFolder } from '../test/support/temp-folder.ts';
import { until } from '../test/support/until.ts';
import { type Runner, type RunnerOptions, startRunner } from './runner.ts';
import type { RunnerEvent } from './runner-event.ts';
import { type Journal, openJournal } from './state/journal.ts';

const PACE = { leaseWaitMs: 5_000, heartbeatMs: 20, firstGapMs: 5, longestGapMs: 20 };
const job = (number: number, attempt = 1) => aJob(aScript('true'), { number, attempt });

describe('a runner', () => {
  let folder: string;
  let remove: () => void;
  let journal: Journal;
  let board: ScriptedBoard;
  let events: RunnerEvent[];
  let runners: Runner[];
  beforeEach(async () => {
    ({ folder, remove } = tempFolder());
    journal = await openJournal(join(folder, 'jobs'));
    board = new ScriptedBoard();
    events = [];
    runners = [];
  });
  afterEach(async () => {
    await Promise.allSettled(runners.map((runner) => runner.stop(0, 0)));
    remove();
  });

  const start = (options: Partial<RunnerOptions> = {}) => {
    const work = scriptedWork();
    const runner = startRunner({
      board,
      journal,
      carryOut: work.carryOut,
      name: 'test',
      labels: ['gpu'],
      accepts: ['command'],
      concurrency: 4,
      report: (event) => events.push(event),
      pace: PACE,
      ...options,
    });
    runners.push(runner);
    return { runner, begun: work.begun };
  };
  const begin = (begun: ScriptedWork[], count: number) =>
    until(`${count} jobs to begin`, () => begun.length >= count && begun.slice(0, count));
  const told = (type: RunnerEvent['type']) =>
    until(`the event ${type}`, () => events.find((event) => event.type === type));

  it('says what it is, takes jobs, and reports how they went', async () => {
    const { begun } = start();
    board.post(job(1), job(2));
    const works = await begin(begun, 2);
    const [first, second] = works.sort((a, b) => (a.job.id < b.job.id ? -1 : 1));
    second?.end({ outcome: 'failed', exitCode: 3, error: 'it ended with exit code 3' });
    await until('a report', () => board.completed.length === 1);
    first?.end();
    await until('both reports', () => board.completed.length === 2);
    expect(board.registered).toEqual([{ name: 'test', labels: ['gpu'], accepts: ['command'] }]);
    expect(board.completed).toEqual([
      {
        id: job(2).id,
        attempt: 1,
        outcome: { ...SUCCESS, outcome: 'failed', exitCode: 3, error: 'it ended with exit code 3' },
      },
      { id: job(1).id, attempt: 1, outcome: SUCCESS },
    ]);
    await until('nothing to be owed', async () => (await journal.read()).length === 0);
    expect(events.map(({ type }) => type)).toEqual([
      'runner.ready',
      'job.started',
      'job.started',
      'job.ended',
      'job.ended',
    ]);
  });

  it('has no more jobs under way than it may, and asks for as many as are free', async () => {
    const { begun } = start({ concurrency: 2 });
    board.post(job(1), job(2), job(3), job(4), job(5));
    await begin(begun, 2);
    for (let ended = 0; ended < 5; ended++) {
      const [work] = (await begin(begun, ended + 1)).slice(-1);
      expect(begun.length - ended).toBeLessThanOrEqual(2);
      work?.end();
      await until('its report', () => board.completed.length === ended + 1);
    }
    expect(Math.max(...board.limits)).toBe(2);
    expect(board.completed).toHaveLength(5);
  });

  it('renews the lease, and tells the output when it has changed', async () => {
    const { begun } = start();
    board.post(job(1));
    const [work] = await begin(begun, 1);
    await until('a heartbeat', () => board.beats.length >= 1);
    if (work) work.tail = 'half\n';
    await until('more heartbeats', () => board.beats.length >= 4);
    const tails = board.beats.map(({ tail }) => tail);
    expect(tails.filter((tail) => tail === 'half\n')).toHaveLength(1);
    expect(tails[0]).toBeUndefined();
    expect(tails.at(-1)).toBeUndefined();
    work?.end();
    await until('the report', () => board.completed.length === 1);
    const { length } = board.beats;
    board.post(job(2));
    await begin(begun, 2);
    expect(board.beats.slice(length).filter(({ id }) => id === job(1).id)).toEqual([]);
  });

  it('ends a job that the board has given to another, without a report', async () => {
    const { begun } = start();
    board.post(job(1));
    await begin(begun, 1);
    board.fail('heartbeat', 'lost');
    await told('job.lost');
    expect(begun[0]?.stops).toEqual([5_000]);
    expect([board.completed, board.released]).toEqual([[], []]);
    await until('nothing to be owed', async () => (await journal.read()).length === 0);
  });

  it('does not mind a report that comes too late', async () => {
    const { begun } = start();
    board.post(job(1), job(2));
    const works = await begin(begun, 2);
    board.fail('complete', 'lost');
    works[0]?.end();
    await told('job.lost');
    works[1]?.end();
    await until('the other report', () => board.completed.length === 1);
    await until('nothing to be owed', async () => (await journal.read()).length === 0);
  });

  it('goes on with what it has while the board is away, and reports when it is back', async () => {
    const { begun } = start();
    board.post(job(1));
    const [work] = await begin(begun, 1);
    board.fail('heartbeat', ...Array(3).fill('unavailable'));
    board.fail('complete', ...Array(5).fill('unavailable'));
    await told('board.unavailable');
    await until('the heartbeats to be through', () => board.faultsLeft('heartbeat') === 0);
    work?.end();
    await until('the report', () => board.completed.length === 1);
    expect(work?.stops).toEqual([]);
    await told('board.back');
    board.fail('lease', 'unavailable', 'unavailable');
    board.post(job(2));
    await begin(begun, 2);
  });

  it('waits for a board that is not there yet', async () => {
    board.fail('register', 'unavailable', 'unavailable');
    const { begun } = start();
    board.post(job(1));
    await begin(begun, 1);
  });

  it('registers again when it was forgotten', async () => {
    const { begun } = start();
    await told('runner.ready');
    board.fail('lease', 'unknown_runner');
    await until('it to register again', () => board.registered.length === 2);
    board.post(job(1));
    await begin(begun, 1);
  });

  it.each(['register', 'lease', 'heartbeat', 'complete'] as const)(
    'ends when its key is refused by %s, with all that is under way',
    async (verb) => {
      if (verb === 'register') board.fail(verb, 'unauthorized');
      const { runner, begun } = start();
      if (verb !== 'register') {
        board.post(job(1), job(2));
        const works = await begin(begun, 2);
        board.fail('release', 'unauthorized', 'unauthorized');
        board.fail(verb, 'unauthorized');
        if (verb === 'complete') works[0]?.end();
      }
      await expect(runner.ended).rejects.toMatchObject({ fault: 'unauthorized' });
      expect(begun.flatMap(({ stops }) => stops)).toHaveLength(
        verb === 'register' ? 0 : verb === 'complete' ? 1 + begun.length - 1 : 2,
      );
    },
  );

  it('ends an attempt whose lease ran out unheard when it is given the next one', async () => {
    const { begun } = start();
    board.post(job(1));
    await begin(begun, 1);
    board.post(job(1, 2));
    await begin(begun, 2);
    expect(begun[0]?.stops).toEqual([5_000]);
    begun[1]?.end();
    await until('the report', () => board.completed.length === 1);
    expect(board.completed).toMatchObject([{ attempt: 2, outcome: SUCCESS }]);
  });

  describe('that is stopped', () => {
    it('takes no more, lets what is under way finish, and reports it', async () => {
      const { runner, begun } = start();
      board.post(job(1));
      const [work] = await begin(begun, 1);
      const stopped = runner.stop(60_000);
      board.post(job(2));
      work?.end();
      await stopped;
      expect(board.completed).toMatchObject([{ id: job(1).id, outcome: SUCCESS }]);
      expect(begun).toHaveLength(1);
      expect(work?.stops).toEqual([]);
    });

    it('ends at its grace what has not finished, and gives it back', async () => {
      const { runner, begun } = start();
      board.post(job(1));
      await begin(begun, 1);
      await runner.stop(30, 700);
      expect(begun[0]?.stops).toEqual([700]);
      expect(board.released).toEqual([{ id: job(1).id, attempt: 1, reason: 'the runner is stopping' }]);
      expect([board.completed, await journal.read()]).toEqual([[], []]);
    });

    it('is quicker when it is told again', async () => {
      const { carryOut, begun } = scriptedWork({ obeys: false });
      const { runner } = start({ carryOut });
      board.post(job(1));
      await begin(begun, 1);
      const stopped = runner.stop(60_000);
      void runner.stop(0, 5_000);
      void runner.stop(0, 0);
      expect(begun[0]?.stops).toEqual([5_000, 0]);
      begun[0]?.end();
      await stopped;
      expect(board.released).toHaveLength(1);
    });

    it('leaves a report that does not get through to the next start', async () => {
      const { runner, begun } = start();
      board.post(job(1));
      const [work] = await begin(begun, 1);
      board.fail('complete', ...Array(1_000).fill('unavailable'));
      work?.end();
      await told('board.unavailable');
      await runner.stop(30);
      expect(await journal.read()).toEqual([{ attempt: { id: job(1).id, attempt: 1 }, outcome: SUCCESS }]);
    });
  });

  describe('that starts again', () => {
    const attempt = (number: number) => ({ id: job(number).id, attempt: 1 });

    it('reports what was finished, gives back what was under way, and lets go what is lost', async () => {
      await journal.begin(attempt(1));
      await journal.begin(attempt(2));
      await journal.finish(attempt(2), SUCCESS);
      start();
      await told('runner.ready');
      await until('both to be settled', async () => (await journal.read()).length === 0);
      expect(board.released).toEqual([{ ...attempt(1), reason: 'the runner was killed' }]);
      expect(board.completed).toEqual([{ ...attempt(2), outcome: SUCCESS }]);
    });

    it('is not held up by what is somebody else’s by now, or can never be told', async () => {
      for (const number of [1, 2, 3]) await journal.finish(attempt(number), SUCCESS);
      board.fail('complete', 'lost', 'unavailable', 'refused');
      const { begun } = start();
      board.post(job(4));
      await begin(begun, 1);
      expect(await journal.read()).toMatchObject([{ attempt: attempt(4) }]);
      expect(board.completed).toHaveLength(1);
    });
  });

  it('works on without its journal', async () => {
    remove();
    const { begun } = start({ journal: { ...journal, read: async () => [] } });
    board.post(job(1));
    const [work] = await begin(begun, 1);
    work?.end();
    await until('the report', () => board.completed.length === 1);
    await told('journal.failed');
  });
});
