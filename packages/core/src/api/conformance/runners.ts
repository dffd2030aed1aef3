import { describe, expect, it } from '@jest/globals';
import { JobList, Runner, RunnerList, TimerPreview } from '@minoots/contract';
import { pointers } from './client.ts';
import { jobHelp } from './job-help.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** Runners: which there are, and whether they are there. */
export function servingRunners(suite: Suite): void {
  const { api, server } = suite;
  const { register, lease, newLabel } = jobHelp(suite);
  const find = async (id: string) =>
    (await api().get(RunnerList, '/v1/runners')).data.find((runner) => runner.id === id);

  describe('/v1/runners', () => {
    it('registers a runner, takes what it says when it comes again, and forgets it', async () => {
      const first = await register('run_registry', { labels: ['gpu'] });
      expect(first).toMatchObject({ id: 'run_registry', labels: ['gpu'], online: true });
      await server().advance(MINUTE);
      const again = await register('run_registry', { name: 'renamed', accepts: ['command'] });
      expect(again).toMatchObject({
        name: 'renamed',
        labels: [],
        accepts: ['command'],
        registered_at: first.registered_at,
      });
      expect(Date.parse(again.last_seen_at)).toBe(Date.parse(first.last_seen_at) + MINUTE);
      expect(await find('run_registry')).toEqual(again);
      expect(await api().read(Runner, 200, 'DELETE', '/v1/runners/run_registry')).toEqual(again);
      expect(await find('run_registry')).toBeUndefined();
    });

    it('counts one as online that has asked for jobs within the last two minutes', async () => {
      await register('run_online');
      await server().advance(2 * MINUTE);
      expect(await find('run_online')).toMatchObject({ online: true });
      await server().advance(1);
      expect(await find('run_online')).toMatchObject({ online: false });
      expect(await lease('run_online', { limit: 1 })).toEqual([]);
      expect(await find('run_online')).toMatchObject({ online: true });
    });

    it('gives jobs to none that it does not know', async () => {
      for (const [method, path] of [
        ['POST', '/v1/runners/run_nobody/lease'],
        ['DELETE', '/v1/runners/run_nobody'],
      ] as const) {
        expect((await api().refusal(404, method, path)).code).toBe('not_found');
      }
    });

    it.each<[object, string]>([
      [{ name: '', accepts: ['command'] }, '/name'],
      [{ name: 'x', accepts: [] }, '/accepts'],
      [{ name: 'x', accepts: ['webhook'] }, '/accepts/0'],
      [{ name: 'x', accepts: ['command'], labels: ['not a label'] }, '/labels/0'],
    ])('refuses %j', async (body, pointer) => {
      const problem = await api().refusal(400, 'PUT', '/v1/runners/run_refused', { body });
      expect(pointers(problem)).toEqual([pointer]);
    });

    it.each<[object, string]>([
      [{ limit: 0 }, '/limit'],
      [{ limit: 21 }, '/limit'],
      [{ wait: '31s' }, '/wait'],
      [{ wait: -1 }, '/wait'],
      [{ wait: 'long' }, '/wait'],
    ])('refuses to lease by %j', async (body, pointer) => {
      await register('run_asking');
      const problem = await api().refusal(400, 'POST', '/v1/runners/run_asking/lease', { body });
      expect(pointers(problem)).toEqual([pointer]);
    });

    it('answers with no jobs when the wait passes', async () => {
      await register('run_patient', { labels: [] });
      const answer = await api().read(JobList, 200, 'POST', '/v1/runners/run_patient/lease', {
        body: { wait: 20 },
      });
      expect(answer.data).toEqual([]);
    });
  });

  describe('the preview of a timer for runners', () => {
    it('says what no runner that is there could take', async () => {
      const label = newLabel();
      const preview = () =>
        api().read(TimerPreview, 200, 'POST', '/v1/timers/preview', {
          body: {
            name: 'x',
            duration: '1m',
            events: { on_expire: { command: { run: 'make', runs_on: [label] } } },
          },
        });
      const note = expect.stringMatching(`command for timer.expired waits for a runner .*${label}`);
      expect((await preview()).notes).toEqual([note]);
      await register('run_foreseen', { labels: [label], accepts: ['file_write'] });
      expect((await preview()).notes).toEqual([note]);
      await register('run_foreseen', { labels: [label] });
      expect((await preview()).notes).toEqual([]);
    });
  });
}
