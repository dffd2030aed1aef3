import type { Readiness } from '@minoots/contract';
import type { Firestore } from 'firebase-admin/firestore';
import type { TaskQueues } from './alarms/task-queues.ts';
import { onFirestore } from './stores/on-firestore.ts';

/** Asks Firestore and Cloud Tasks for something that need not exist. */
export async function checkReadiness(firestore: Firestore, queues: TaskQueues): Promise<Readiness['checks']> {
  const [store, alarms] = await Promise.all([
    check(
      'Firestore',
      onFirestore(() => firestore.doc('health/probe').get()),
    ),
    check('Cloud Tasks', queues.get({ queue: 0, id: 'health-probe' })),
  ]);
  return { store, alarms };
}

async function check(name: string, answer: Promise<unknown>): Promise<Readiness['checks'][string]> {
  try {
    await answer;
    return { ok: true };
  } catch {
    return { ok: false, detail: `${name} does not answer.` };
  }
}
