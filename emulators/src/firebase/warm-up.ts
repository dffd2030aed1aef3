import type { Trigger } from './triggers.ts';

/** How many processes run each function: more than one, so that what they share is tested. */
const PROCESSES = 2;

/**
 * Starts the processes of the functions that requests and tasks call. Without this the first timer would be late by the
 * second or two that they take.
 */
export async function warmUp(triggers: readonly Trigger[], functionsUrl: string): Promise<void> {
  const called = triggers.filter(({ schedule }) => !schedule);
  // The path is the emulator's own: the process answers it before it asks the function.
  await onEachProcess(called, ({ name }) => fetch(`${functionsUrl}/${name}/__/health`));
  // A function may load most of its code when it is first asked; a task without data lets it do so and then drop it.
  const forTasks = called.filter(({ taskQueueTrigger }) => taskQueueTrigger);
  await onEachProcess(forTasks, ({ name }) =>
    fetch(`${functionsUrl}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: null }),
    }),
  );
}

// Requests at the same time go to different processes.
async function onEachProcess(triggers: readonly Trigger[], ask: (trigger: Trigger) => Promise<Response>) {
  const asked = triggers.flatMap((trigger) => Array.from({ length: PROCESSES }, () => ask(trigger)));
  for (const response of await Promise.all(asked)) await response.arrayBuffer();
}
