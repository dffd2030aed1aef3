import { randomBytes } from 'node:crypto';
import { SigningSecrets } from '@minoots/contract';
import { act } from './act.ts';
import { createChaosClient } from './client.ts';
import { collect, untilQuiet } from './collect.ts';
import { readWork } from './jobs.ts';
import { createLedger } from './ledger.ts';
import type { Observations } from './observations.ts';
import { makePlan } from './plan.ts';
import { seeded } from './random.ts';
import { startReceiver } from './receiver.ts';
import { createVictim, MEAN_LIFE_MS } from './victim.ts';

export interface ChaosSettings {
  readonly kills: number;
  readonly timers: number;
  readonly seed: number;
  readonly serverEntry: string;
  /** Data folder of the server. */
  readonly home: string;
}

/** What a run saw, and how it went. */
export interface ChaosOutcome {
  readonly observations: Observations;
  readonly startsMs: readonly number[];
  /** The longest that a client had to repeat a request until it was answered. */
  readonly slowestAnswerMs: number;
  readonly seconds: number;
}

/** Beyond the planned end: for retries, for claims of dead processes to lapse, and for slow machines. */
const PATIENCE_MS = 120_000;

/** Kills the server again and again while timers are created, changed and fire; then waits for the end and reads everything. */
export async function runChaos({
  kills,
  timers,
  seed,
  serverEntry,
  home,
}: ChaosSettings): Promise<ChaosOutcome> {
  const horizonMs = kills * MEAN_LIFE_MS;
  const startedAt = Date.now();
  const deadline = startedAt + 2 * horizonMs + PATIENCE_MS;
  const surprises: string[] = [];
  const surprise = (detail: string) => void surprises.push(detail);
  const apiKey = `chaos-${randomBytes(12).toString('hex')}`;
  const receiver = await startReceiver(seeded(seed + 1));
  const victim = createVictim({ entry: serverEntry, home, apiKey }, seeded(seed));
  const client = createChaosClient({ url: victim.url, apiKey, surprise, deadline });
  const readSecrets = async () => (await client.read('/v1/signing-secrets', SigningSecrets))?.secrets ?? [];

  const workload = async () => {
    const secrets = await readSecrets();
    receiver.trust(secrets);
    const ledger = createLedger();
    const stage = { client, ledger, startedAt: Date.now(), receiverUrl: receiver.url, surprise };
    const plan = makePlan(seeded(seed + 2), timers, horizonMs);
    await Promise.all(plan.map((planned) => act(stage, planned).catch((error) => surprise(String(error)))));
    const jobs = new Map(plan.flatMap(({ timers: all }) => all.map(({ origin, job }) => [origin, job])));
    return { ledger, secrets, jobs };
  };

  try {
    const [{ ledger, secrets, jobs }] = await Promise.all([workload(), victim.torment(kills)]);
    await untilQuiet(client, PATIENCE_MS);
    if ((await readSecrets()).join() !== secrets.join()) surprise('the signing secrets changed');
    const seen = await collect(client, ledger, receiver.arrivals, (origin) => jobs.get(origin) ?? null);
    return {
      observations: { ...seen, work: readWork(home), surprises: [...surprises, ...receiver.oddities] },
      startsMs: victim.startsMs,
      slowestAnswerMs: client.slowestMs(),
      seconds: (Date.now() - startedAt) / 1000,
    };
  } finally {
    await client.close();
    await victim.stop();
    receiver.close();
  }
}
