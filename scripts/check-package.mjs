import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Installs what `npm run build` made as a user would, into an empty folder with an empty HOME, and uses it: the command
 * line, `require` and `import`. It needs the npm registry for the package's dependencies, so it is no part of `npm test`.
 */
async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'minoots-package-'));
  const home = join(folder, 'home');
  const prefix = join(folder, 'prefix');
  mkdirSync(home);
  const { MINOOTS_URL: _, MINOOTS_API_KEY: __, MINOOTS_HOME: ___, ...rest } = process.env;
  const env = { ...rest, HOME: home, USERPROFILE: home, PATH: `${join(prefix, 'bin')}:${process.env.PATH}` };
  const minoots = async (...args) => JSON.parse((await run('minoots', args, { env, cwd: folder })).stdout);
  try {
    await install(folder, prefix);
    await checkCommands(minoots, home);
    await checkRunners(minoots, folder, env);
    await checkPrograms(folder, prefix, env);
    console.log('the package installs and works by itself');
  } finally {
    await minoots('daemon', 'stop').catch(() => undefined);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function install(folder, prefix) {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: resolve('cli/dist'),
  });
  const [{ filename }] = Object.values(JSON.parse(packed.stdout));
  await run('npm', [
    'install',
    '--global',
    '--prefix',
    prefix,
    '--no-audit',
    '--no-fund',
    join(folder, filename),
  ]);
}

async function checkCommands(minoots, home) {
  const timer = await minoots('create', '30s', 'coffee_break');
  assert.equal(timer.status, 'running');
  assert.equal(timer.receipt.durable, true);
  const { data } = await minoots('list');
  assert.deepEqual(
    data.map(({ id }) => id),
    [timer.id],
  );
  assert.equal((await minoots('daemon', 'status')).home, join(home, '.minoots'));
  const { url } = await minoots('dashboard');
  for (const path of ['', '/page.js', '/style.css'])
    assert.equal((await fetch(url.replace(/#.*$/, '') + path)).status, 200);
}

/** The server's own runner, and one by itself: both have to find the program that commands are started by. */
async function checkRunners(minoots, folder, env) {
  const ranOn = async (...options) => {
    const { id } = await minoots('create', '1ms', 'command', '--command', 'pwd', ...options);
    const { deliveries } = await minoots('wait', id, '--timeout', '30s');
    assert.equal(deliveries[0].attempts[0].response_body.trim(), realpathSync(folder));
    return deliveries[0].attempts[0].runner_id;
  };
  assert.equal(await ranOn(), 'run_builtin');
  const runner = spawn('minoots', ['runner', '--allow-commands', '--label', 'own'], { env, cwd: folder });
  try {
    assert.match(await ranOn('--runs-on', 'own'), /^run_\w{22}$/);
  } finally {
    runner.kill();
    await once(runner, 'exit');
  }
}

async function checkPrograms(folder, prefix, env) {
  const installed = join(prefix, process.platform === 'win32' ? '' : 'lib', 'node_modules');
  symlinkSync(installed, join(folder, 'node_modules'), 'junction');
  const required = `const MINOOTS = require('@minoots/timer-system');
    const timer = MINOOTS.create({ name: 'from_program', duration: '1h' });
    console.log(timer.status, MINOOTS.list().map(({ name }) => name).sort().join());`;
  const imported = `import MINOOTS, { MinootsError } from '@minoots/timer-system';
    await MINOOTS.get('nowhere').catch((error) => console.log(error instanceof MinootsError, error.code));`;
  writeFileSync(join(folder, 'required.cjs'), required);
  writeFileSync(join(folder, 'imported.mjs'), imported);
  const output = async (file) => (await run(process.execPath, [file], { cwd: folder, env })).stdout;
  assert.equal(await output('required.cjs'), 'running coffee_break,from_program\n');
  assert.equal(await output('imported.mjs'), 'true not_found\n');
}

await main();
