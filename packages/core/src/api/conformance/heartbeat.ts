import { describe, expect, it } from '@jest/globals';
import { OPERATIONS, Timer } from '@minoots/contract';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** Timers that stay quiet as long as somebody touches them. */
export function touchingTimers({ api, server }: Suite): void {
  const logOf = async (id: string) =>
    (await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`)).data;

  describe('POST /v1/timers/{id}/touch', () => {
    it('keeps a dead-man’s switch from firing as long as it comes in time', async () => {
      const { id, generation } = await api().create({ duration: '5m' });
      for (let beat = 1; beat <= 10; beat++) {
        await server().advance(4 * MINUTE);
        expect(await api().command(id, 'touch')).toMatchObject({
          status: 'running',
          time_remaining_ms: 5 * MINUTE,
          progress: 0,
          generation: generation + beat,
        });
      }
      await server().advance(5 * MINUTE - 1);
      expect((await api().timer(id)).status).toBe('running');
      await server().advance(1);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', drift_ms: 0 });
    });

    it('restarts the original span, whatever was added to it', async () => {
      const { id } = await api().create({ duration: '5m' });
      await api().command(id, 'extend', { by: '1h' });
      expect((await api().command(id, 'touch')).time_remaining_ms).toBe(5 * MINUTE);
      await api().command(id, 'reschedule', { duration: '10m' });
      await server().advance(MINUTE);
      expect((await api().command(id, 'touch')).time_remaining_ms).toBe(10 * MINUTE);
    });

    it('takes one entry of the history, however many there are in a row', async () => {
      const { id } = await api().create({ duration: '5m' });
      for (let beat = 0; beat < 5; beat++) await api().command(id, 'touch');
      await api().command(id, 'pause');
      await api().command(id, 'touch');
      const touches = (await logOf(id)).filter(({ type }) => type === 'timer.touched');
      expect(touches.map(({ data }) => data?.times)).toEqual([5, 1]);
      expect(await api().timer(id)).toMatchObject({ status: 'paused', time_remaining_ms: 5 * MINUTE });
    });

    it('is carried out once under an idempotency key', async () => {
      const { id, generation } = await api().create({ duration: '5m' });
      const headers = { 'idempotency-key': `beat-${id}` };
      for (let again = 0; again < 2; again++)
        await api().read(Timer, 200, 'POST', `/v1/timers/${id}/touch`, { headers });
      expect((await api().timer(id)).generation).toBe(generation + 1);
    });

    it('says so, with the timer, when it comes too late', async () => {
      const { id } = await api().create({ duration: '5m' });
      await server().advance(5 * MINUTE);
      const problem = await api().refusal(409, 'POST', `/v1/timers/${id}/touch`);
      expect(problem.code).toBe('timer_already_fired');
      expect(Timer.parse(problem.timer)).toMatchObject({ id, status: 'expired' });
      const cancelled = await api().create();
      await api().command(cancelled.id, 'cancel');
      expect((await api().refusal(409, 'POST', `/v1/timers/${cancelled.id}/touch`)).code).toBe(
        'timer_settled',
      );
      expect((await api().refusal(404, 'POST', '/v1/timers/tmr_nobody/touch')).code).toBe('not_found');
    });
  });
}
