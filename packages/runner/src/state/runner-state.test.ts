import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunnerId } from '@minoots/contract';
import { SUCCESS } from '../../test/support/scripted-work.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { openRunnerState, RunnerInUse } from './runner-state.ts';

describe('the state of a runner', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    const temp = tempFolder();
    folder = join(temp.folder, 'runners', 'test');
    remove = temp.remove;
  });
  afterEach(() => remove());
  const attempt = { id: 'dlv_1_mh5k2p0q_tmr_test', attempt: 1 };

  it('keeps the id that the first start made', async () => {
    const first = await openRunnerState(folder);
    first.release();
    const second = await openRunnerState(folder);
    second.release();
    expect(RunnerId.parse(second.id)).toMatch(/^run_[0-9A-Za-z]{22}$/);
    expect(second.id).toBe(first.id);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('makes a new id where the kept one is no id', async () => {
    (await openRunnerState(folder)).release();
    writeFileSync(join(folder, 'id'), 'no id!\n');
    const state = await openRunnerState(folder);
    state.release();
    expect(state.id).toMatch(/^run_/);
    expect(readFileSync(join(folder, 'id'), 'utf8')).toBe(`${state.id}\n`);
  });

  it('is one process’s at a time', async () => {
    const state = await openRunnerState(folder);
    await expect(openRunnerState(folder)).rejects.toThrow(RunnerInUse);
    state.release();
    (await openRunnerState(folder)).release();
  });

  it('remembers what is owed, and no more than that', async () => {
    const { journal, release } = await openRunnerState(folder);
    await journal.begin(attempt);
    expect(await journal.read()).toEqual([{ attempt, outcome: null }]);
    await journal.finish(attempt, SUCCESS);
    release();
    const again = await openRunnerState(folder);
    expect(await again.journal.read()).toEqual([{ attempt, outcome: SUCCESS }]);
    await again.journal.forget(attempt);
    await again.journal.forget(attempt);
    expect(await again.journal.read()).toEqual([]);
    again.release();
  });

  it('clears away what a crash left half-way', async () => {
    const { journal, release } = await openRunnerState(folder);
    await journal.finish(attempt, SUCCESS);
    for (const name of ['draft.new', 'empty.json', 'half.json'])
      writeFileSync(join(folder, 'jobs', name), name === 'half.json' ? '{"attempt":' : '');
    expect(await journal.read()).toHaveLength(1);
    expect(readdirSync(join(folder, 'jobs'))).toEqual([`${attempt.id}.json`]);
    release();
  });
});
