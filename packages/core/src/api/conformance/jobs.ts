import { describe, expect, it } from '@jest/globals';
import {
  BatchResult,
  Delivery,
  DeliveryDetail,
  DeliveryPage,
  ExportPage,
  ImportResult,
  type Job,
  JobLease,
  OPERATIONS,
  type PortableTimer,
  RedeliverManyResult,
  Timer,
  TimerEvent,
} from '@minoots/contract';
import { EventReader } from './event-reader.ts';
import { jobHelp } from './job-help.ts';
import type { Suite } from './suite.ts';

const LEASE_MS = 30_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DONE = { outcome: 'succeeded', duration_ms: 12, exit_code: 0, output_tail: 'all good\n' };

/** Commands and files for runners: how they wait, who gets them, and what becomes of them. */
export function handingOutJobs(suite: Suite): void {
  const { api, server } = suite;
  const { register, lease, leaseOne, newLabel, fire, deliveryOf, tell, refusal } = jobHelp(suite);
  /** A job of a new timer in the hands of a new runner that has the label to itself. */
  async function held(command: object = {}, fields: object = {}) {
    const label = newLabel();
    const runner = `run_of-${label}`;
    await register(runner, { labels: [label] });
    const id = await fire(label, command, fields);
    return { id, label, runner, job: await leaseOne(runner) };
  }
  const logOf = async (id: string) =>
    (await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`)).data;

  describe('a timer with a command', () => {
    it('waits for a runner, is carried out by it, and remembers how that went', async () => {
      const label = newLabel();
      await register('run_whole-way', { labels: [label, 'linux'] });
      const id = await fire(label, { runs_on: [label, 'linux'] }, { name: 'deploy' });
      expect(await api().timer(id)).toMatchObject({ status: 'firing', drift_ms: 0 });
      expect(await deliveryOf(id)).toMatchObject({ status: 'queued', attempts: [], next_attempt_at: null });
      await server().advance(5_000);
      const job = await leaseOne('run_whole-way');
      expect(job).toMatchObject({ attempt: 1, timer: { id, name: 'deploy' } });
      const taken = await api().timer(id);
      expect(taken).toMatchObject({ drift_ms: 5_000, deliveries: [{ id: job.id, status: 'delivering' }] });
      expect(Date.parse(job.lease_until) - Date.parse(taken.updated_at)).toBe(LEASE_MS);
      await server().advance(1_000);
      const delivery = await tell(Delivery, 'complete', 'run_whole-way', job, DONE);
      expect(delivery.attempts).toEqual([
        {
          number: 1,
          at: taken.updated_at,
          duration_ms: 12,
          outcome: 'succeeded',
          response_status: null,
          response_body: 'all good\n',
          error: null,
          exit_code: 0,
          runner_id: 'run_whole-way',
        },
      ]);
      expect(await api().timer(id)).toMatchObject({
        status: 'expired',
        drift_ms: 5_000,
        deliveries: [delivery],
      });
      const types = (await logOf(id)).map(({ type }) => type);
      expect(types.slice(-4)).toEqual([
        'delivery.queued',
        'delivery.leased',
        'delivery.succeeded',
        'timer.expired',
      ]);
    });

    it('comes to its runner with variables for what scripts name, and never with values in the script', async () => {
      const name = `"; rm -rf / #' $(touch x) \`touch y\` \${HOME} \\`;
      const metadata = { text: 'two\nlines; $(touch z)', 'a.b_c': '&& reboot' };
      const run =
        'echo "${timer.name}" "${timer.metadata.text}" ${timer.metadata.a.b_c} "${HOME}" ${X:-${ timer.id }}';
      const env = { NOTE: 'of ${timer.name}' };
      const { id, job } = await held({ run, env, cwd: 'work/${timer.id}' }, { name, metadata });
      const { fired_at: firedAt } = await api().timer(id);
      expect(job.action).toEqual({
        type: 'command',
        run: {
          script:
            'echo "${MINOOTS_TIMER_NAME}" "${MINOOTS_TIMER_METADATA_text}" ${MINOOTS_TIMER_METADATA_a_2e_b_5f_c} "${HOME}" ${X:-${MINOOTS_TIMER_ID}}',
        },
        env: {
          NOTE: `of ${name}`,
          MINOOTS_TIMER_ID: id,
          MINOOTS_TIMER_NAME: name,
          MINOOTS_TIMER_METADATA_text: metadata.text,
          MINOOTS_TIMER_METADATA_a_2e_b_5f_c: '&& reboot',
          MINOOTS_DELIVERY_ID: job.id,
          MINOOTS_ATTEMPT: '1',
          MINOOTS_EVENT: 'timer.expired',
          MINOOTS_FIRED_AT: firedAt,
        },
        cwd: `work/${id}`,
        timeout_ms: 600_000,
      });
    });

    it('comes without a shell as a program whose arguments hold values whole', async () => {
      const name = `it's "a b" $(touch x)`;
      const run = `tool --name=\${timer.name} 'two words' "\${ timer.id } x" \\\${timestamp}`;
      const { id, job } = await held({ run, shell: false, timeout: '5s' }, { name });
      const { updated_at: at } = await api().timer(id);
      expect(job.action).toMatchObject({
        run: { argv: ['tool', `--name=${name}`, 'two words', `${id} x`, at] },
        timeout_ms: 5_000,
      });
    });

    it('is tried again when it fails, as its retry says, and ends when that is over', async () => {
      const { id, runner, job } = await held();
      await tell(Delivery, 'complete', runner, job, { outcome: 'failed', duration_ms: 3, exit_code: 2 });
      const retrying = await deliveryOf(id);
      expect(retrying).toMatchObject({
        status: 'pending',
        attempts: [{ outcome: 'failed', exit_code: 2, error: 'ended with exit code 2' }],
      });
      expect(await lease(runner)).toEqual([]);
      await server().advance(2_000);
      expect(await deliveryOf(id)).toMatchObject({ status: 'queued', next_attempt_at: null });
      const again = await leaseOne(runner);
      expect(again).toMatchObject({ id: job.id, attempt: 2, action: { env: { MINOOTS_ATTEMPT: '2' } } });
      await tell(Delivery, 'complete', runner, again, { outcome: 'refused', duration_ms: 0, error: 'no' });
      expect(await api().timer(id)).toMatchObject({
        status: 'failed',
        deliveries: [{ status: 'exhausted' }],
      });
      await server().advance(60_000);
      expect(await lease(runner)).toEqual([]);
    });

    it('is a dead letter that is found and opened again like any other', async () => {
      const { id, label, runner, job } = await held();
      await tell(Delivery, 'complete', runner, job, { outcome: 'refused', duration_ms: 0, error: 'no' });
      const query = `/v1/deliveries?timer_id=${id}`;
      const { data } = await api().get(DeliveryPage, `${query}&status=exhausted&type=command`);
      expect(data.map((delivery) => delivery.id)).toEqual([job.id]);
      const detail = await api().get(DeliveryDetail, `/v1/deliveries/${job.id}`);
      expect(detail.target).toEqual({
        host: null,
        url: null,
        method: null,
        to_agent: null,
        file: null,
        runs_on: [label],
      });
      const reopened = await api().read(RedeliverManyResult, 200, 'POST', '/v1/deliveries/redeliver', {
        body: { timer_id: id, type: 'command' },
      });
      expect(reopened).toMatchObject({ reopened: 1 });
      await server().advance(1);
      expect((await api().get(DeliveryPage, `${query}&status=queued`)).data).toHaveLength(1);
      await tell(Delivery, 'complete', runner, await leaseOne(runner), DONE);
      expect(await api().timer(id)).toMatchObject({ status: 'expired' });
    });

    it('is refused when a value does not fit its place', async () => {
      const label = newLabel();
      await register('run_unfit', { labels: [label] });
      const metadata = { bad: 'a\0b' };
      const id = await fire(label, { run: 'echo "${timer.metadata.bad}"' }, { metadata });
      expect(await lease('run_unfit')).toEqual([]);
      expect(await api().timer(id)).toMatchObject({
        status: 'failed',
        deliveries: [{ status: 'exhausted', attempts: [{ outcome: 'refused', runner_id: 'run_unfit' }] }],
      });
    });
  });

  describe('a timer with a file to write', () => {
    it('comes to a runner that takes files, with its placeholders filled in', async () => {
      const label = newLabel();
      const [commands, files] = ['run_commands-only', 'run_files-only'];
      await register(commands, { labels: [label], accepts: ['command'] });
      await register(files, { labels: [label], accepts: ['file_write'] });
      const file = { type: 'file_write', file: 'logs/${timer.name}.txt', content: 'at ${timestamp}\n' };
      const actions = [{ ...file, append: true, runs_on: [label] }];
      const id = await fire(label, {}, { name: '../up', events: { on_expire: { actions } } });
      expect(await lease(commands)).toEqual([]);
      const job = await leaseOne(files);
      const { updated_at: at } = await api().timer(id);
      expect(job.action).toEqual({
        type: 'file_write',
        file: 'logs/../up.txt',
        content: `at ${at}\n`,
        append: true,
      });
      await tell(Delivery, 'complete', files, job, { outcome: 'succeeded', duration_ms: 1 });
      const { attempts } = await deliveryOf(id);
      expect(attempts).toMatchObject([{ response_body: null, exit_code: null, error: null }]);
    });
  });

  describe('POST /v1/runners/{id}/lease', () => {
    it('gives jobs to runners that have all the labels asked for, those that wait longest first', async () => {
      const [one, other] = [newLabel(), newLabel()];
      await register('run_one', { labels: [one] });
      await register('run_both', { labels: [other, one] });
      const both = await fire(one, { runs_on: [one, other] });
      const first = await fire(one);
      const second = await fire(one);
      expect((await lease('run_one')).map(({ timer }) => timer.id)).toEqual([first]);
      expect((await lease('run_both', { limit: 5 })).map(({ timer }) => timer.id)).toEqual([both, second]);
      expect(await lease('run_one')).toEqual([]);
    });

    it('hands each job out once, however many runners ask at the same moment', async () => {
      const label = newLabel();
      const command = { type: 'command', run: 'make', runs_on: [label] };
      const timers = Array.from({ length: 5 }, () => ({
        name: 'rivals',
        duration: '1s',
        events: { on_expire: { actions: [command, command] } },
      }));
      await api().read(BatchResult, 200, 'POST', '/v1/timers/batch', { body: { timers } });
      await server().advance(1_000);
      const runners = Array.from({ length: 20 }, (_, n) => `run_rival-${n}`);
      await Promise.all(runners.map((id) => register(id, { labels: [label] })));
      const jobs = (await Promise.all(runners.map((id) => lease(id)))).flat();
      expect(jobs).toHaveLength(10);
      expect(new Set(jobs.map(({ id }) => id)).size).toBe(10);
      expect(jobs.every(({ attempt }) => attempt === 1)).toBe(true);
    });

    it('waits for a job to come up', async () => {
      const label = newLabel();
      await register('run_waiting', { labels: [label] });
      await register('run_elsewhere', { labels: [newLabel()] });
      const waiting = lease('run_waiting', { wait: '25s' });
      const inVain = lease('run_elsewhere', { wait: '3s' });
      const id = await fire(label);
      expect((await waiting).map(({ timer }) => timer.id)).toEqual([id]);
      expect(await inVain).toEqual([]);
    });
  });

  describe('DELETE /v1/timers/{id} of a timer with jobs', () => {
    it('gives up those that no runner has taken, and tells who waits for the timer', async () => {
      const label = newLabel();
      const id = await fire(label, {}, { id: newLabel() });
      const child = await api().create({ depends_on: id, depends_on_when: 'succeeded' });
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`);
      expect(await api().timer(child.id)).toMatchObject({ status: 'cancelled' });
      expect((await api().refusal(404, 'GET', `/v1/timers/${id}`)).code).toBe('not_found');
    });

    it('is refused while a runner is at one, and changes nothing', async () => {
      const { id, runner, job } = await held();
      expect((await api().refusal(409, 'DELETE', `/v1/timers/${id}`)).code).toBe('invalid_state');
      await tell(Delivery, 'complete', runner, job, DONE);
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`);
    });

    it('is refused when its failure would set actions off', async () => {
      const label = newLabel();
      const command = { type: 'command', run: 'make', runs_on: [label] };
      const events = { on_expire: { actions: [command] }, on_failure: { message: 'no' } };
      const id = await fire(label, {}, { events });
      expect((await api().refusal(409, 'DELETE', `/v1/timers/${id}`)).code).toBe('invalid_state');
      expect(await deliveryOf(id)).toMatchObject({ status: 'queued' });
    });
  });

  describe('a job that no runner takes', () => {
    it('is a dead letter after a day, says what it asked for, and can be delivered again', async () => {
      const label = newLabel();
      const id = await fire(label, { runs_on: [label, 'linux'] }, { retry: 'standard' });
      await server().advance(DAY_MS - 1_000);
      expect(await deliveryOf(id)).toMatchObject({ status: 'queued', attempts: [] });
      // The sweep finds it.
      await server().advance(121_000);
      expect(await api().timer(id)).toMatchObject({ status: 'failed' });
      const dead = `/v1/deliveries?timer_id=${id}&type=command&status=exhausted`;
      const [letter, ...others] = (await api().get(DeliveryPage, dead)).data;
      expect(others).toEqual([]);
      const error = `no runner with ${label}, linux that takes command took it within 1d`;
      expect(letter?.attempts).toMatchObject([
        { number: 1, outcome: 'failed', error, runner_id: null, exit_code: null },
      ]);
      const redelivery = `/v1/deliveries/${letter?.id}/redeliver`;
      expect(await api().read(Timer, 200, 'POST', redelivery)).toMatchObject({ status: 'firing' });
      await server().advance(1);
      await register('run_late', { labels: [label, 'linux'] });
      await tell(Delivery, 'complete', 'run_late', await leaseOne('run_late'), DONE);
      expect(await api().timer(id)).toMatchObject({ status: 'expired' });
    });

    it('fails when its action says, and sets off what is for failures', async () => {
      const label = newLabel();
      const action = { type: 'file_write', file: 'a', content: '', runs_on: [label], claim_within: '10m' };
      const events = { on_expire: { actions: [action] }, on_failure: { message: 'nobody came' } };
      const id = await fire(label, {}, { events });
      const { fired_at: firedAt } = await api().timer(id);
      await server().advance(10 * MINUTE_MS);
      const { status, settled_at: settledAt, deliveries } = await api().timer(id);
      expect(Date.parse(settledAt ?? '') - Date.parse(firedAt ?? '')).toBe(10 * MINUTE_MS);
      expect({ status, deliveries }).toMatchObject({
        status: 'failed',
        deliveries: [{ status: 'exhausted' }, { type: 'message', status: 'succeeded' }],
      });
    });
  });

  describe('a job under way', () => {
    it('goes to another runner when its lease ends, and its first one is told', async () => {
      const { id, label, runner, job } = await held();
      await register('run_successor', { labels: [label] });
      await server().advance(LEASE_MS - 1);
      expect(await lease('run_successor')).toEqual([]);
      await server().advance(1);
      const again = await leaseOne('run_successor');
      expect(again).toMatchObject({ id: job.id, attempt: 2 });
      expect(await refusal(409, 'heartbeat', runner, job)).toBe('lease_lost');
      expect(await refusal(409, 'complete', runner, job, DONE)).toBe('lease_lost');
      expect(await refusal(409, 'release', runner, job, { reason: 'stops' })).toBe('lease_lost');
      await tell(Delivery, 'complete', 'run_successor', again, DONE);
      const { attempts } = await deliveryOf(id);
      expect(attempts).toMatchObject([
        { number: 1, outcome: 'interrupted', runner_id: runner },
        { number: 2, outcome: 'succeeded', runner_id: 'run_successor' },
      ]);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', drift_ms: 0 });
    });

    it('stays with its runner as long as heartbeats come', async () => {
      const { id, label, runner, job } = await held();
      await register('run_rival', { labels: [label] });
      const entries = (await logOf(id)).length;
      const tag = (await api().call('GET', `/v1/timers/${id}`)).headers.get('etag') ?? '';
      const { updated_at: at } = await api().timer(id);
      for (let beat = 1; beat <= 3; beat++) {
        await server().advance(LEASE_MS - 10_000);
        const { lease_until: until } = await tell(JobLease, 'heartbeat', runner, job);
        expect(Date.parse(until)).toBe(Date.parse(job.lease_until) + beat * (LEASE_MS - 10_000));
        expect(await lease('run_rival')).toEqual([]);
      }
      expect(await logOf(id)).toHaveLength(entries);
      // What somebody has seen of the timer before still is so.
      expect((await api().timer(id)).updated_at).toBe(at);
      const change = { body: { name: 'renamed' }, headers: { 'if-match': tag } };
      expect((await api().read(Timer, 200, 'PATCH', `/v1/timers/${id}`, change)).name).toBe('renamed');
      expect((await api().refusal(412, 'PATCH', `/v1/timers/${id}`, change)).code).toBe(
        'precondition_failed',
      );
      await tell(Delivery, 'complete', runner, job, DONE);
      expect(await deliveryOf(id)).toMatchObject({ attempts: [{ number: 1, outcome: 'succeeded' }] });
    });

    it('tells readers of events what it has written so far', async () => {
      const { id, runner, job } = await held();
      const reader = new EventReader(await api().open(`/v1/events?timer_id=${id}&types=delivery.output`));
      try {
        await tell(JobLease, 'heartbeat', runner, job);
        await tell(JobLease, 'heartbeat', runner, job, { output_tail: `${'…'.repeat(4_000)}end` });
        const event = TimerEvent.parse(JSON.parse((await reader.next()).data ?? ''));
        expect(event.data).toMatchObject({ delivery: 1, attempt: 1 });
        const tail = String(event.data?.output_tail);
        expect(tail.endsWith('…end')).toBe(true);
        expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4_096);
        expect(tail).not.toContain('\uFFFD');
      } finally {
        await reader.close();
      }
    });

    it('is put back at once when its runner gives it up', async () => {
      const { id, runner, job } = await held();
      const delivery = await tell(Delivery, 'release', runner, job, { reason: 'the runner stops' });
      expect(delivery).toMatchObject({
        status: 'queued',
        attempts: [{ outcome: 'interrupted', error: 'given back: the runner stops', runner_id: runner }],
      });
      expect(await leaseOne(runner)).toMatchObject({ id: job.id, attempt: 2 });
      expect(await api().timer(id)).toMatchObject({ status: 'firing' });
    });

    it('counts when it is given up, so that what stops every runner ends', async () => {
      const { id, runner, job } = await held({}, { retry: { max_attempts: 1 } });
      await tell(Delivery, 'release', runner, job, { reason: 'crash' });
      expect(await api().timer(id)).toMatchObject({
        status: 'failed',
        deliveries: [{ status: 'exhausted' }],
      });
    });

    it('takes a report once, and answers a repeat the same', async () => {
      const { runner, job } = await held();
      const first = await tell(Delivery, 'complete', runner, job, DONE);
      const failed = { outcome: 'failed', duration_ms: 1 };
      expect(await tell(Delivery, 'complete', runner, job, failed)).toEqual(first);
      expect(await refusal(409, 'complete', 'run_stranger', job, DONE)).toBe('lease_lost');
      expect(await refusal(409, 'heartbeat', runner, job)).toBe('lease_lost');
    });

    it('is not known under another attempt, another delivery or another timer', async () => {
      const { runner, job } = await held();
      expect(await refusal(409, 'heartbeat', runner, { ...job, attempt: 2 })).toBe('lease_lost');
      const others: Job[] = [
        { ...job, id: job.id.replace('dlv_1_', 'dlv_2_') },
        { ...job, id: 'dlv_1_abc_nobody' },
      ];
      for (const other of others) {
        for (const [verb, body] of Object.entries({
          heartbeat: {},
          complete: DONE,
          release: { reason: 'x' },
        })) {
          expect(await refusal(404, verb, runner, other, body)).toBe('not_found');
        }
      }
    });
  });

  describe('a job that moves', () => {
    it('waits for a runner on the other server too', async () => {
      const label = newLabel();
      const id = await fire(label, { run: 'make ${timer.id}', shell: false, cwd: 'src', env: { A: 'b' } });
      let moved: PortableTimer | undefined;
      let cursor: string | null = null;
      do {
        const page: ExportPage = await api().get(
          ExportPage,
          `/v1/export${cursor === null ? '' : `?cursor=${cursor}`}`,
        );
        for (const item of page.data) if (item.type === 'timer' && item.id === id) moved = item;
        cursor = page.next_cursor;
      } while (moved === undefined && cursor !== null);
      expect(moved?.deliveries).toMatchObject([{ status: 'queued', lease: null }]);
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`);
      const result = await api().read(ImportResult, 200, 'POST', '/v1/import', { body: { data: [moved] } });
      expect(result).toMatchObject({ imported: 1, refused: 0 });
      await register('run_movers', { labels: [label] });
      const job = await leaseOne('run_movers');
      expect(job.action).toMatchObject({ run: { argv: ['make', id] }, cwd: 'src', env: { A: 'b' } });
      await tell(Delivery, 'complete', 'run_movers', job, DONE);
      expect(await api().timer(id)).toMatchObject({ status: 'expired' });
    });
  });

  describe('an action for runners', () => {
    const events = (action: object) => ({ on_expire: { actions: [action] } });
    it.each<[string, object, string]>([
      ['an unknown placeholder of the service in a script', { run: 'echo ${timer.nope}' }, 'run'],
      ['a secret in a script', { run: 'echo ${secret.TOKEN}' }, 'run'],
      ['what only a shell could fill in, without one', { run: 'echo ${HOME}', shell: false }, 'run'],
      ['a quote that does not end', { run: `echo 'a`, shell: false }, 'run'],
      ['a program without a name', { run: '  ', shell: false }, 'run'],
      ['a NUL', { run: 'echo \0' }, 'run'],
      ['a NUL in disguise', { run: `echo $'\\x00'`, shell: false }, 'run'],
      ['a folder with a secret', { run: 'x', cwd: '${secret.TOKEN}' }, 'cwd'],
      ['an unknown placeholder in a variable', { run: 'x', env: { A: '${nope}' } }, 'env/A'],
      ['a variable of a bad name', { run: 'x', env: { '1A': 'b' } }, 'env/1A'],
      ['a variable of ours', { run: 'x', env: { MINOOTS_TIMER_ID: 'b' } }, 'env/MINOOTS_TIMER_ID'],
      ['a timeout that is too short', { run: 'x', timeout: 999 }, 'timeout'],
      ['a timeout that is too long', { run: 'x', timeout: '25h' }, 'timeout'],
      ['a label that can be none', { run: 'x', runs_on: ['no label'] }, 'runs_on/0'],
    ])('is refused with %s', async (_, command, field) => {
      const body = { name: 'x', duration: '1h', events: events({ type: 'command', ...command }) };
      const problem = await api().refusal(
        ['timer.nope', 'secret', 'HOME', '{nope}'].some((text) => JSON.stringify(command).includes(text))
          ? 422
          : 400,
        'POST',
        '/v1/timers',
        { body },
      );
      expect(problem.errors?.[0]?.pointer).toBe(`/events/on_expire/actions/0/${field}`);
    });

    it('may have its short form', async () => {
      const { id } = await api().create({
        events: {
          on_expire: {
            command: 'npm run deploy',
            file_write: { file: './log-${timestamp}.txt', content: 'x' },
          },
        },
      });
      expect(await api().timer(id)).toMatchObject({ status: 'running' });
    });

    it('is refused where a file has a secret in its place or content', async () => {
      for (const [field, action] of [
        ['file', { file: '${secret.TOKEN}', content: 'x' }],
        ['content', { file: 'x', content: '${secret.TOKEN}' }],
      ] as const) {
        const problem = await api().refusal(422, 'POST', '/v1/timers', {
          body: { name: 'x', duration: '1h', events: { on_expire: { file_write: action } } },
        });
        expect(problem.errors?.[0]?.pointer).toBe(`/events/on_expire/file_write/${field}`);
      }
    });
  });
}
