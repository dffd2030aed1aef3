import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { FUNCTION_TARGET, MINOOTS_STACK_TASKS_HOST, MINOOTS_STACK_WORKERS } = process.env;

// Loaded first by every Node of firebase-tools; only one that runs a function has a target.
if (FUNCTION_TARGET) {
  // firebase-tools points this at its own emulator, which runs each task at once, whatever its schedule time.
  process.env.CLOUD_TASKS_EMULATOR_HOST = MINOOTS_STACK_TASKS_HOST;
  // firebase-tools tells nobody which process runs which function.
  writeFileSync(join(MINOOTS_STACK_WORKERS, `${FUNCTION_TARGET}.${process.pid}`), '');
}
