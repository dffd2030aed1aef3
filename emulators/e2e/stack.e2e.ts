import { describe, expect, it } from '@jest/globals';
import { stacksUnderTest } from './support/stacks.ts';
import { killWorkers, workersOf } from './support/workers.ts';

describe.each(Object.entries(stacksUnderTest()))('the stack with a %s clock', (_, stack) => {
  it('serves the API at the URL of its function', async () => {
    const response = await fetch(`${stack.apiUrl}/healthz`);
    expect(response.status).toBe(200);
    expect(workersOf(stack, 'api').length).toBeGreaterThan(0);
  });

  it('starts a function anew whose processes were killed', async () => {
    expect(killWorkers(stack, 'api')).toBeGreaterThan(0);
    const response = await answered(`${stack.apiUrl}/healthz`);
    expect(response.status).toBe(200);
  });

  it('serves the API through hosting', async () => {
    const response = await fetch(`${stack.hostingUrl}/healthz`);
    expect(response.status).toBe(200);
  });

  it('reaches Firestore from the API', async () => {
    const headers = { authorization: `Bearer ${stack.key}` };
    const response = await fetch(`${stack.apiUrl}/v1/timers`, { headers });
    expect(response.status).toBe(200);
  });

  it('runs its scheduled functions when asked to', async () => {
    expect(Object.keys(stack.scheduleUrls)).toEqual(expect.arrayContaining(['sweep', 'purge']));
    for (const url of Object.values(stack.scheduleUrls)) {
      const response = await fetch(url, { method: 'POST' });
      expect(response.status).toBe(200);
    }
  });

  it('has a queue as each function for tasks asks for', async () => {
    const queue = `projects/${stack.projectId}/locations/${stack.region}/queues/fire0`;
    const response = await fetch(`http://${stack.tasksHost}/v2/${queue}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      state: 'RUNNING',
      retryConfig: { maxAttempts: 100, minBackoff: '1s', maxBackoff: '60s' },
    });
  });
});

/** The first answer that comes, since the emulator hears of a process's end a moment later. */
async function answered(url: string): Promise<Response> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const response = await fetch(url);
    if (response.ok || Date.now() > deadline) return response;
  }
}
