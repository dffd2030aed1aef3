import { BootstrapError } from '../../../scripts/lib/say.mjs';
import type { TaskQueueTrigger } from '../firebase/triggers.ts';

/**
 * Makes a queue, or changes the one that is there, as a deployment of its function would: what the function leaves open
 * gets the deploying tool's own defaults.
 * @param host `host:port` of the emulator
 * @param name such as `projects/p/locations/l/queues/fire0`
 * @throws BootstrapError when the emulator refuses it
 */
export async function deployQueue(host: string, name: string, trigger: TaskQueueTrigger): Promise<void> {
  const { retryConfig: retry, rateLimits: rate } = trigger;
  const queue = {
    name,
    rateLimits: {
      maxDispatchesPerSecond: rate.maxDispatchesPerSecond ?? 500,
      maxConcurrentDispatches: rate.maxConcurrentDispatches ?? 1000,
    },
    retryConfig: {
      maxAttempts: retry.maxAttempts ?? 3,
      maxDoublings: retry.maxDoublings ?? 16,
      minBackoff: seconds(retry.minBackoffSeconds ?? 0.1),
      maxBackoff: seconds(retry.maxBackoffSeconds ?? 3600),
      ...(retry.maxRetrySeconds != null && { maxRetryDuration: seconds(retry.maxRetrySeconds) }),
    },
  };
  const response = await fetch(`http://${host}/v2/${name}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(queue),
  });
  if (!response.ok) {
    throw new BootstrapError(`the Cloud Tasks emulator refuses the queue ${name}: ${await response.text()}`);
  }
}

/** As protobuf writes spans in JSON. */
function seconds(count: number): string {
  return `${count}s`;
}
