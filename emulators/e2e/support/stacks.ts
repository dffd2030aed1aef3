import * as z from 'zod';

/** The environment variable by which the tests are told about the stacks. */
export const STACKS_VARIABLE = 'MINOOTS_STACKS';

/** The only origin whose pages may call the API of the stack with the real clock. */
export const CORS_ORIGIN = 'https://app.example.com';

const StackUnderTest = z.object({
  projectId: z.string(),
  region: z.string(),
  apiUrl: z.string(),
  hostingUrl: z.string(),
  functionsUrl: z.string(),
  scheduleUrls: z.record(z.string(), z.string()),
  firestoreHost: z.string(),
  tasksHost: z.string(),
  authHost: z.string(),
  workers: z.string(),
  logs: z.string(),
  /** `127.0.0.1:port` at which the functions look for TXT records; a test that needs some answers there itself. */
  nameServer: z.string(),
  /** API keys of two teams. */
  key: z.string(),
  otherKey: z.string(),
  /** The key of an operator of the service. */
  operatorKey: z.string(),
});

/** Where the parts of a stack are, as `StackPlaces` has them, and keys for it. */
export type StackUnderTest = z.infer<typeof StackUnderTest>;

/** The stacks that run: `real` by the clock of this machine, `virtual` by one that POST /v1/clock/advance moves. */
export function stacksUnderTest(): { real: StackUnderTest; virtual: StackUnderTest } {
  const text = process.env[STACKS_VARIABLE];
  if (!text) throw new Error('these tests need the stacks of npm run test:firebase');
  return z.object({ real: StackUnderTest, virtual: StackUnderTest }).parse(JSON.parse(text));
}

/** The port of `host:port`. */
export function portOf(host: string): number {
  return Number(host.split(':').at(-1));
}
