import { describe, expect, it } from '@jest/globals';
import { checkJobs } from './check-jobs.ts';
import { contentOf, type Mark, type PlannedJob } from './jobs.ts';
import type { TimerEnd, TimerObservation } from './observations.ts';

const JOB = 'dlv_2_tmr_a';
const COMMAND: PlannedJob = { kind: 'command', takesMs: 0 };
const WRITE: PlannedJob = { kind: 'write', takesMs: 0 };
const APPEND: PlannedJob = { kind: 'append', takesMs: 0 };
const RIGHT = contentOf(JOB);

const begin = (attempt = 1, deliveryId = JOB): Mark => ({ step: 'begin', deliveryId, attempt });
const end = (attempt = 1, deliveryId = JOB): Mark => ({ step: 'end', deliveryId, attempt });

function broken(job: PlannedJob, marks: Mark[], file?: string, change: Partial<TimerEnd> = {}): string[] {
  const timer: TimerObservation = {
    id: 'tmr_a',
    origin: 1,
    job,
    acknowledged: null,
    end: {
      status: 'expired',
      generation: 1,
      fireAt: 1,
      startedAt: 0,
      dependsOn: [],
      jobs: [{ id: JOB, status: 'succeeded' }],
      fires: [],
      ...change,
    },
  };
  const files = new Map(file === undefined ? [] : [['tmr_a', file] as const]);
  return checkJobs([timer], { marks, files }).map(({ rule }) => rule);
}

describe('checkJobs', () => {
  it('is content with a command that came to its end, however often it was interrupted before', () => {
    expect(broken(COMMAND, [begin(), end()])).toEqual([]);
    expect(broken(COMMAND, [begin(), begin(2), end(2)])).toEqual([]);
    expect(broken(COMMAND, [begin(), end(), begin(2), end(2)])).toEqual([]);
  });

  it('is content with a file as it should be, and with what was added more than once', () => {
    expect(broken(WRITE, [], RIGHT)).toEqual([]);
    expect(broken(APPEND, [], RIGHT + RIGHT)).toEqual([]);
  });

  it('is content with a cancelled timer that did nothing', () => {
    expect(broken(COMMAND, [], undefined, { status: 'cancelled', jobs: [] })).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['a fired timer lost its job', broken(COMMAND, [], undefined, { jobs: [] })],
    [
      'a job has not succeeded',
      broken(COMMAND, [begin(), end()], undefined, { jobs: [{ id: JOB, status: 'queued' }] }),
    ],
    ['a job counts as done and is not', broken(COMMAND, [begin()])],
    ['a job counts as done and is not', broken(WRITE, [])],
    ['a job counts as done and is not', broken(WRITE, [], RIGHT + RIGHT)],
    ['a job counts as done and is not', broken(APPEND, [], RIGHT + RIGHT.slice(1))],
    ['a job counts as done and is not', broken(APPEND, [], '')],
    ['a command ran twice at a time', broken(COMMAND, [begin(), begin(2), end(), end(2)])],
    ['a job of no known timer was done', broken(COMMAND, [begin(), end(), begin(1, 'dlv_9')])],
  ])('finds that %s', (rule, found) => {
    expect(found).toEqual([rule]);
  });

  it('finds that a cancelled timer has done its job', () => {
    const cancelled = { status: 'cancelled', jobs: [{ id: JOB, status: 'queued' }] };
    expect(broken(COMMAND, [begin()], undefined, cancelled)).toEqual(['a cancelled timer has done its job']);
    expect(broken(WRITE, [], RIGHT, cancelled)).toEqual(['a cancelled timer has done its job']);
  });
});
