import { type Delivery, type Job, JobList, Runner } from '@minoots/contract';
import type * as z from 'zod';
import type { Suite } from './suite.ts';

type JobBody = Record<string, unknown>;

let labels = 0;

/** What tests of runners do. */
export function jobHelp({ api, server }: Suite) {
  const register = (id: string, fields: object = {}) =>
    api().read(Runner, 200, 'PUT', `/v1/runners/${id}`, {
      body: { name: id, accepts: ['command', 'file_write'], ...fields },
    });
  const lease = async (id: string, body: object = {}): Promise<Job[]> =>
    (await api().read(JobList, 200, 'POST', `/v1/runners/${id}/lease`, { body })).data;
  const path = (job: Pick<Job, 'id'>, verb: string) => `/v1/jobs/${job.id}/${verb}`;
  return {
    register,
    lease,
    /** A label that no other test asks for, so that tests keep to their own jobs. */
    newLabel: () => `label-${++labels}`,
    /** A timer that fires at once, with one command for runners of a label. */
    async fire(label: string, command: object = {}, fields: object = {}): Promise<string> {
      const action = { type: 'command', run: 'make', runs_on: [label], ...command };
      const { id } = await api().create({
        duration: '1s',
        retry: 'quick',
        events: { on_expire: { actions: [action] } },
        ...fields,
      });
      await server().advance(1_000);
      return id;
    },
    /** The only job that a runner gets. */
    async leaseOne(id: string): Promise<Job> {
      const [job, ...others] = await lease(id, { limit: 20 });
      if (job === undefined || others.length > 0) throw new Error(`${others.length + (job ? 1 : 0)} jobs`);
      return job;
    },
    async deliveryOf(timerId: string): Promise<Delivery> {
      const [delivery] = (await api().timer(timerId)).deliveries;
      if (delivery === undefined) throw new Error('the timer has no delivery');
      return delivery;
    },
    /** Tells of a job of a runner, and gives the answer as the schema has it. */
    tell<S extends z.ZodType>(
      schema: S,
      verb: 'heartbeat' | 'complete' | 'release',
      runnerId: string,
      job: Job,
      body: JobBody = {},
    ): Promise<z.output<S>> {
      return api().read(schema, 200, 'POST', path(job, verb), {
        body: { runner_id: runnerId, attempt: job.attempt, ...body },
      });
    },
    /** The code with which such a request is refused. */
    async refusal(
      status: number,
      verb: string,
      runnerId: string,
      job: Job,
      body: JobBody = {},
    ): Promise<string> {
      const told = { runner_id: runnerId, attempt: job.attempt, ...body };
      return (await api().refusal(status, 'POST', path(job, verb), { body: told })).code;
    },
  };
}
