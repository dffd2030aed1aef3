import { setTimeout as delay } from 'node:timers/promises';
import { BatchResult, CreatedTimer, Problem, Timer } from '@minoots/contract';
import type { Answer, Call, ChaosClient } from './client.ts';
import { jobActions } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import type { PlannedCommand, PlannedCreate, PlannedTimer } from './plan.ts';

/** What the actors share. */
export interface Stage {
  readonly client: ChaosClient;
  readonly ledger: Ledger;
  /** Epoch ms of moment 0 of the plan. */
  readonly startedAt: number;
  /** Webhooks go to this address followed by the origin. */
  readonly receiverUrl: string;
  surprise(detail: string): void;
}

/** Short gaps, so that the run need not wait out the standard schedule. */
const RETRY = { max_attempts: 30, initial: 200, factor: 1.5, max: 2_000 };
/** A command that comes after the fire gets one of these. */
const TOO_LATE = ['timer_already_fired', 'timer_settled'];

/** Carries out a planned create when its time has come, then the commands on its timers. */
export async function act(stage: Stage, planned: PlannedCreate): Promise<void> {
  await delay(Math.max(0, stage.startedAt + planned.atMs - Date.now()));
  const created = await send(stage, planned);
  const commands = planned.timers.map(async ({ origin, command }) => {
    const id = created.get(origin);
    if (id !== undefined && command) await carryOut(stage, origin, id, command);
  });
  await Promise.all(commands);
}

/** Answers the ids of the timers that were acknowledged, by origin. */
async function send(stage: Stage, planned: PlannedCreate): Promise<ReadonlyMap<number, string>> {
  if (planned.way !== 'in-turn') return sendAtOnce(stage, planned);
  const created = new Map<number, string>();
  for (const timer of planned.timers) {
    const ids = await sendAtOnce(stage, { ...planned, way: 'client-id', timers: [timer] });
    for (const [origin, id] of ids) created.set(origin, id);
  }
  return created;
}

async function sendAtOnce(stage: Stage, planned: PlannedCreate): Promise<ReadonlyMap<number, string>> {
  const { client, surprise } = stage;
  const [first] = planned.timers;
  if (!first) return new Map();
  const withIds = planned.way === 'client-id' || planned.way === 'batch-client-ids';
  const requests = planned.timers.map((timer) => requestOf(stage, timer, withIds));
  const isBatch = planned.way.startsWith('batch');
  const call: Call = {
    method: 'POST',
    path: isBatch ? '/v1/timers/batch' : '/v1/timers',
    body: isBatch ? { timers: requests } : (requests[0] ?? {}),
    ...(planned.way.endsWith('idempotency-key') && { idempotencyKey: `create-${first.clientId}` }),
  };
  const answer = planned.way === 'plain' ? await client.once(call) : await client.repeat(call);
  if (answer === null) return new Map();
  if (answer.status >= 300) {
    surprise(`a create by ${planned.way} was answered ${JSON.stringify(answer.body)}`);
    return new Map();
  }
  return isBatch ? noteBatch(stage, planned, answer) : noteOne(stage, first, answer);
}

function noteOne({ ledger }: Stage, { origin }: PlannedTimer, { body }: Answer): ReadonlyMap<number, string> {
  const timer = CreatedTimer.parse(body);
  ledger.note(origin, timer);
  return new Map([[origin, timer.id]]);
}

function noteBatch(
  { ledger, surprise }: Stage,
  planned: PlannedCreate,
  { body }: Answer,
): ReadonlyMap<number, string> {
  const ids = new Map<number, string>();
  for (const [index, result] of BatchResult.parse(body).results.entries()) {
    const origin = planned.timers[index]?.origin;
    if (origin === undefined || 'error' in result) {
      surprise(`an item of a ${planned.way} was answered ${JSON.stringify(result)}`);
      continue;
    }
    ledger.note(origin, result.timer);
    ids.set(origin, result.timer.id);
  }
  return ids;
}

function requestOf({ startedAt, receiverUrl }: Stage, timer: PlannedTimer, withId: boolean): object {
  return {
    ...(withId && { id: timer.clientId }),
    name: `chaos ${timer.origin}`,
    ...('inMs' in timer.due
      ? { duration: timer.due.inMs }
      : { fire_at: new Date(startedAt + timer.due.atMs).toISOString() }),
    ...(timer.dependsOn.length > 0 && { depends_on: timer.dependsOn }),
    metadata: { origin: timer.origin },
    events: {
      on_expire: { webhook: `${receiverUrl}/${timer.origin}`, ...(timer.job && jobActions(timer.job)) },
    },
    retry: RETRY,
  };
}

async function carryOut(
  stage: Stage,
  origin: number,
  id: string,
  { verb, afterMs, spanMs }: PlannedCommand,
): Promise<void> {
  await delay(afterMs);
  const bodies = { cancel: {}, pause: {}, extend: { by: spanMs }, reschedule: { duration: spanMs } };
  const done = await command(stage, origin, id, verb, bodies[verb]);
  if (verb !== 'pause' || !done) return;
  await delay(spanMs);
  const resumed = await command(stage, origin, id, 'resume', {});
  if (!resumed) stage.surprise(`resume of the paused timer ${id} came too late`);
}

/** Answers whether it was acknowledged; false when it came too late. */
async function command(
  stage: Stage,
  origin: number,
  id: string,
  verb: string,
  body: object,
): Promise<boolean> {
  const path = `/v1/timers/${id}/${verb}`;
  const answer = await stage.client.repeat({ method: 'POST', path, body, idempotencyKey: `${verb}-${id}` });
  if (answer.status === 200) {
    stage.ledger.note(origin, Timer.parse(answer.body));
    return true;
  }
  const problem = Problem.safeParse(answer.body);
  const isLate = problem.success && TOO_LATE.includes(problem.data.code);
  if (!isLate) stage.surprise(`POST ${path} was answered ${JSON.stringify(answer.body)}`);
  return false;
}
