import type { DeliveryItem } from '../app/deliveries/list.ts';
import type { Deps } from '../app/deps.ts';
import { completeJob } from '../app/jobs/complete.ts';
import { heartbeatJob } from '../app/jobs/heartbeat.ts';
import { releaseJob } from '../app/jobs/release.ts';
import { deleteRunner } from '../app/runners/delete.ts';
import { leaseJobs } from '../app/runners/lease.ts';
import { listRunners } from '../app/runners/list.ts';
import { registerRunner } from '../app/runners/register.ts';
import { toWireJob, toWireRunner } from '../wire/runner.ts';
import { toInstant, toWireDelivery } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

type Registry = Pick<Handlers, 'listRunners' | 'registerRunner' | 'deleteRunner'>;
type Jobs = Pick<Handlers, 'leaseJobs' | 'heartbeatJob' | 'completeJob' | 'releaseJob'>;

/** Handlers of the operations on runners and their jobs. */
export function runnerHandlers(deps: Deps): Registry & Jobs {
  return { ...registry(deps), ...jobs(deps) };
}

function registry(deps: Deps): Registry {
  return {
    async listRunners({ ctx }) {
      const runners = await listRunners(deps, ctx);
      const now = deps.clock.now();
      return { body: { data: runners.map((runner) => toWireRunner(runner, now)) } };
    },
    async registerRunner({ ctx, params, body }) {
      return { body: toWireRunner(await registerRunner(deps, ctx, params.id, body), deps.clock.now()) };
    },
    async deleteRunner({ ctx, params }) {
      return { body: toWireRunner(await deleteRunner(deps, ctx, params.id), deps.clock.now()) };
    },
  };
}

function jobs(deps: Deps): Jobs {
  const answer = ({ timer, delivery }: DeliveryItem) => ({ body: toWireDelivery(timer, delivery) });
  return {
    async leaseJobs({ ctx, params, body, request }) {
      const taken = await leaseJobs(deps, ctx, params.id, body, request.signal);
      return { body: { data: taken.map(toWireJob) } };
    },
    async heartbeatJob({ ctx, params, body }) {
      return { body: { lease_until: toInstant(await heartbeatJob(deps, ctx, params.id, body)) } };
    },
    async completeJob({ ctx, params, body }) {
      return answer(await completeJob(deps, ctx, params.id, body));
    },
    async releaseJob({ ctx, params, body }) {
      return answer(await releaseJob(deps, ctx, params.id, body));
    },
  };
}
