import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';
import { endLike, Interrupted, runAttached } from './lib/child.mjs';
import { BootstrapError, say } from './lib/say.mjs';
import { steps, tasks } from './tasks.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** `node scripts/run.mjs <task> [arguments]`: prepares this checkout, then runs the task with the pinned Node. */
async function main([task, ...rest]) {
  if (!tasks[task] && !steps[task]) {
    throw new BootstrapError(
      `unknown task ${task}; there are: ${Object.keys({ ...tasks, ...steps }).join(', ')}`,
    );
  }
  const { node, env } = await bootstrap(root);
  if (tasks[task]) return runAttached(node, [...tasks[task], ...rest], { cwd: root, env });
  return runSteps(steps[task], node, env);
}

// Every step runs even after a failure: one run then shows all there is to mend.
async function runSteps(names, node, env) {
  const failed = [];
  for (const name of names) {
    say(`${name} …`);
    const ended = await runAttached(node, tasks[name], { cwd: root, env });
    if (ended.signal) return ended;
    if (ended.code !== 0) failed.push(name);
  }
  say(failed.length === 0 ? `all fine: ${names.join(', ')}` : `failed: ${failed.join(', ')}`);
  return { code: failed.length === 0 ? 0 : 1, signal: null };
}

main(process.argv.slice(2)).then(endLike, (error) => {
  if (error instanceof Interrupted) return endLike(error);
  say(error instanceof BootstrapError ? error.message : error.stack);
  process.exit(1);
});
