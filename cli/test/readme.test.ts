import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreatedTimer, Timer } from '@minoots/contract';
import * as z from 'zod';
import { minoots, program } from './support/child.ts';
import { tempHome } from './support/temp-home.ts';

// Each step is a process of its own, and the machine may have others to run.
const { home, remove } = tempHome();
const HEAD = "const MINOOTS = require('@minoots/timer-system');\n";

beforeAll(async () => {
  await minoots(home, 'create', '1h', 'simple_timer', '--id', 'timer_id');
});

afterAll(async () => {
  await minoots(home, 'daemon', 'stop');
  remove();
});

async function output(source: string): Promise<string> {
  const { code, stdout, stderr } = await program(home, HEAD + source);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return stdout;
}

async function timer(id: string): Promise<Timer> {
  return Timer.parse(JSON.parse((await minoots(home, 'get', id)).stdout));
}

describe('a program that requires the package', () => {
  it('creates a timer whose id is known at once, and which outlives it', async () => {
    const stdout = await output(`
      const timer = MINOOTS.create({
        name: 'backup_database',
        duration: '1h',
        events: { on_expire: { webhook: 'http://127.0.0.1:9/backup-complete', message: 'Database backup completed' } }
      });
      console.log(\`Timer \${timer.id} will execute in 1 hour\`);`);
    const [, id = ''] = /^Timer (tmr_\w{22}) will execute in 1 hour\n$/.exec(stdout) ?? [];
    expect(await timer(id)).toMatchObject({ name: 'backup_database', status: 'running' });
  });

  it('lets a timer wait for another', async () => {
    const stdout = await output(`
      const timer1 = MINOOTS.create({ name: 'step1', duration: '1m' });
      const timer2 = MINOOTS.create({
        name: 'step2',
        duration: '30s',
        depends_on: timer1.id
      });
      console.log(timer1.id, timer2.id);
      MINOOTS.graph(timer2).then(({ nodes }) => console.log(nodes.map(({ name }) => name).join()));`);
    const [, first = '', second = ''] = /^(tmr_\w{22}) (tmr_\w{22})\nstep2,step1\n$/.exec(stdout) ?? [];
    expect(await timer(second)).toMatchObject({ name: 'step2', status: 'waiting', waiting_for: [first] });
    await minoots(home, 'fire', first);
    expect(await timer(second)).toMatchObject({ status: 'running', waiting_for: [] });
  });

  it('looks at a timer without waiting', async () => {
    const stdout = await output(`
      const status = MINOOTS.get('timer_id');
      console.log(\`\${status.progress * 100}% complete\`);
      console.log(\`\${status.timeRemaining}ms remaining\`);
      const timer = MINOOTS.get('timer_id');
      console.log(\`Status: \${timer.status}\`);`);
    expect(stdout).toMatch(/^[\d.e-]+% complete\n35\d{5}ms remaining\nStatus: running\n$/);
  });

  it('lists timers and reads logs without waiting', async () => {
    const stdout = await output(`
      MINOOTS.create({ name: 'simple', duration: '30s' });
      const timers = MINOOTS.list();
      timers.forEach(t => {
        console.log(\`\${t.name}: \${Math.round(t.progress * 100)}% complete\`);
      });
      const logs = MINOOTS.logs('timer_id');
      console.log(logs);`);
    expect(stdout).toContain('simple: 0% complete\n');
    expect(stdout).toContain('simple_timer: 0% complete\n');
    expect(stdout).toMatch(/\[\n {2}\{\n {4}at: '.+',\n {4}type: 'timer\.created'/);
  });

  it('cancels and cleans up', async () => {
    await minoots(home, 'create', '1h', 'to_cancel', '--id', 'cancel_me');
    await output(`
      MINOOTS.cancel('cancel_me');
      MINOOTS.cleanup();`);
    expect((await minoots(home, 'get', 'cancel_me')).code).toBe(1);
  });

  it('awaits the created timer and everything else just as well', async () => {
    const stdout = await output(`(async () => {
      const created = await MINOOTS.create({ name: 'awaited', duration: '1h' });
      const paused = await MINOOTS.pause(created);
      const list = await MINOOTS.list({ name: 'awaited' });
      const logs = await MINOOTS.logs(created.id);
      console.log(JSON.stringify({ created, paused: paused.status, listed: list.length, logs: logs.length }));
    })()`);
    const seen = z
      .object({ created: CreatedTimer, paused: z.string(), listed: z.number(), logs: z.number() })
      .parse(JSON.parse(stdout));
    expect(seen).toMatchObject({
      created: { receipt: { durable: true } },
      paused: 'paused',
      listed: 1,
      logs: 2,
    });
  });

  it('keeps a handle true through its own changes and past the time of the timer', async () => {
    const stdout = await output(`
      const timer = MINOOTS.create({ name: 'short', duration: '1h' });
      MINOOTS.extend(timer, '1h');
      const before = timer.status;
      const extended = timer.timeRemaining > 3600000;
      MINOOTS.fire(timer);
      const looking = setInterval(() => {
        if (timer.status === 'running') return;
        clearInterval(looking);
        console.log(before, extended, timer.status, timer.progress, timer.receipt.durable);
      }, 20);`);
    expect(stdout).toBe('running true expired 1 true\n');
  });

  it('does not lose what it asked for just before it exits or crashes', async () => {
    const exited = await program(
      home,
      `${HEAD}MINOOTS.create({ name: 'a', duration: '1h', id: 'exited' }); process.exit(7);`,
    );
    expect(exited).toMatchObject({ code: 7, stderr: '' });
    expect((await timer('exited')).status).toBe('running');
    const crash = `${HEAD}MINOOTS.create({ name: 'a', duration: '1h', id: 'crashed' }); throw new Error('crash');`;
    expect((await program(home, crash)).code).toBe(1);
    expect((await timer('crashed')).status).toBe('running');
  });

  it('says what it could not send before it ended', async () => {
    const { code, stderr } = await program(
      home,
      `${HEAD}const nowhere = MINOOTS.connect({ url: 'http://127.0.0.1:1', apiKey: 'a-key-for-nobody-there' });
      nowhere.create({ name: 'lost', duration: '1h' });
      process.exit(7);`,
    );
    expect(code).toBe(7);
    expect(stderr).toMatch(
      /^minoots: 1 change\(s\) not sent before the program ended: unreachable: http:\/\/127/,
    );
  });

  it('ends with a clear message when a failure is not awaited', async () => {
    const { code, stderr } = await program(home, `${HEAD}MINOOTS.create({ name: 'bad', duration: 'soon' });`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/MinootsError: invalid_request: .*"soon" is not a duration/);
  });

  it('throws a failure where the timer is looked at, and only there', async () => {
    const stdout = await output(`
      const timer = MINOOTS.create({ name: 'bad', duration: 'soon' });
      try { timer.status } catch (error) { console.log(error.code, error instanceof MINOOTS.MinootsError) }`);
    expect(stdout).toBe('invalid_request true\n');
  });

  it('refuses an empty id before anything is sent', async () => {
    const stdout = await output(`
      MINOOTS.delete('').catch((error) => console.log(error.code, error.status));
      MINOOTS.cancel('').catch((error) => console.log(error.code, error.status));`);
    expect(stdout).toBe('invalid_request null\ninvalid_request null\n');
  });
});

describe('a program that imports the package', () => {
  it('gets the same verbs as the default and by name', async () => {
    const stdout = await output(`
      import('@minoots/timer-system').then(({ default: byDefault, MINOOTS: byName }) => {
        console.log(byDefault === byName, byDefault === MINOOTS, byName.get('timer_id').name);
      });`);
    expect(stdout).toBe('true true simple_timer\n');
  });
});

describe('bin/minoots.cjs', () => {
  it('tells an old Node what is needed', async () => {
    const bin = JSON.stringify(new URL('../bin/minoots.cjs', import.meta.url).pathname);
    const { code, stderr } = await program(
      home,
      `Object.defineProperty(process.versions, 'node', { value: '20.9.0' }); require(${bin});`,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^minoots needs Node 22\.\d+ or later; this is Node 20\.9\.0/);
  });
});
