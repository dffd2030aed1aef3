import { bullmq } from './bullmq.ts';
import { bullmqService } from './bullmq-service.ts';
import { graphileWorker } from './graphile-worker.ts';
import { minoots } from './minoots.ts';
import { pgBoss } from './pg-boss.ts';
import type { Rival } from './rival.ts';

/** Every contender, in the order of the tables. */
export const RIVALS: readonly Rival[] = [minoots, bullmq, bullmqService, pgBoss, graphileWorker];

/** Throws when no rival has this name. */
export function rivalNamed(name: string): Rival {
  const rival = RIVALS.find((candidate) => candidate.name === name);
  if (!rival)
    throw new Error(`no rival is called "${name}"; there are ${RIVALS.map((r) => r.name).join(', ')}`);
  return rival;
}
