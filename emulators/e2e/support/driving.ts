import { ApiClient } from '@minoots/core/testing';
import type { StackUnderTest } from './stacks.ts';

/** A client of the API at the function's own URL, with the key of the stack's first team unless told. */
export function clientOf({ apiUrl, key }: StackUnderTest, otherKey?: string): ApiClient {
  return new ApiClient({ baseUrl: apiUrl, key: otherKey ?? key });
}

/** Moves the virtual clock of a stack; resolves when all that fell due has been done. */
export async function advance(stack: StackUnderTest, byMs: number): Promise<void> {
  const { status, text } = await clientOf(stack).call('POST', '/v1/clock/advance', { body: { by: byMs } });
  if (status !== 200) throw new Error(`the clock did not move: ${text}`);
}

/** Runs the sweep as Cloud Scheduler would; resolves when it is done. */
export async function sweep({ scheduleUrls }: StackUnderTest): Promise<void> {
  const response = await fetch(scheduleUrls.sweep ?? '', { method: 'POST' });
  if (!response.ok) throw new Error(`the sweep failed: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}
