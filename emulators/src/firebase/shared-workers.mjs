import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Loaded before firebase-tools. Its functions emulator starts another process for each request that comes while the ones
 * it has are busy, so that a dozen requests at once take seconds, and a timer that is due meanwhile is late. As in the
 * cloud, a process now takes several requests at once: new ones go to an idle process if there is one, else to any.
 */
function shareWorkers({ RuntimeWorkerPool }) {
  const { getIdleWorker } = RuntimeWorkerPool.prototype;
  RuntimeWorkerPool.prototype.getIdleWorker = function (...trigger) {
    const idle = getIdleWorker.apply(this, trigger);
    if (idle) return idle;
    const busy = this.getTriggerWorkers(...trigger).filter(({ state }) => state === 'BUSY');
    return busy[Math.floor(Math.random() * busy.length)];
  };
}

const [, firebaseTools] = process.argv;
const load = createRequire(firebaseTools);
shareWorkers(load(join(dirname(firebaseTools), '..', 'emulator', 'functionsRuntimeWorker.js')));
