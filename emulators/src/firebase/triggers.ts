import * as z from 'zod';
import { getJson } from '../processes/ready.ts';

const count = z.number().nullish();

const TaskQueueTrigger = z.object({
  retryConfig: z.object({
    maxAttempts: count,
    maxRetrySeconds: count,
    maxBackoffSeconds: count,
    maxDoublings: count,
    minBackoffSeconds: count,
  }),
  rateLimits: z.object({ maxConcurrentDispatches: count, maxDispatchesPerSecond: count }),
});

/** How the queue of a function is to behave; what is absent is left to the deploying tool. */
export type TaskQueueTrigger = z.infer<typeof TaskQueueTrigger>;

const Trigger = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  taskQueueTrigger: TaskQueueTrigger.optional(),
  schedule: z.object({ schedule: z.string() }).optional(),
});

/** A function that the emulator has loaded. */
export type Trigger = z.infer<typeof Trigger>;

const Backends = z.object({ backends: z.array(z.object({ functionTriggers: z.array(Trigger) })) });

/**
 * The functions that the emulator at a URL has loaded; undefined until these are among them, since it loads one after the
 * other.
 */
export async function readTriggers(
  emulatorUrl: string,
  expected: readonly string[],
): Promise<Trigger[] | undefined> {
  const { backends } = Backends.parse(await getJson(`${emulatorUrl}/backends`));
  const triggers = backends.flatMap((backend) => backend.functionTriggers);
  const names = new Set(triggers.map(({ name }) => name));
  return expected.every((name) => names.has(name)) ? triggers : undefined;
}
