import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Timer } from '@minoots/contract';
import { type RunningServer, startServer } from '@minoots/embedded';
import { MinootsClient } from '../src/sdk/client.ts';
import { Transport } from '../src/sdk/http.ts';
import { program } from './support/child.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { tempHome } from './support/temp-home.ts';
import { until } from './support/until.ts';

// Programs are processes of their own, and the machine may have others to run.
const API_KEY = 'a-key-for-the-tests-of-snippets';
const HEAD = "const MINOOTS = require('@minoots/timer-system');\n";

/**
 * The snippets of the README with which the project was announced, as they stand there but for host and key; those of
 * conditions are in a file of their own.
 */
describe('the original README', () => {
  const { home, remove } = tempHome();
  const [work, bin] = [join(home, 'work'), join(home, 'bin')];
  let receiver: Receiver;
  let server: RunningServer;
  let client: MinootsClient;
  beforeAll(async () => {
    receiver = await startReceiver();
    mkdirSync(bin);
    for (const name of ['docker', 'npm']) standIn(name);
    server = await startServer({
      home,
      host: '127.0.0.1',
      port: 0,
      apiKey: API_KEY,
      clock: 'virtual',
      logLevel: 'silent',
      runner: { folder: work, env: { PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: home } },
    });
    client = new MinootsClient(new Transport(async () => ({ url: server.url, apiKey: API_KEY })));
  });
  afterAll(async () => {
    await server.close();
    await receiver.close();
    remove();
  });

  /** A program that nobody has on a machine for tests: it writes down how it was called. */
  const standIn = (name: string) => {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\necho "$(basename "$0") $*" >> "${home}/called"\n`);
    chmodSync(path, 0o755);
  };
  const called = () => readFileSync(join(home, 'called'), 'utf8');
  const run = async (source: string, head = HEAD): Promise<string> => {
    const local = source.replace(/https:\/\/(?:api\.example|api\.company|myapp)\.com/g, receiver.url);
    const env = { MINOOTS_URL: server.url, MINOOTS_API_KEY: API_KEY };
    const { code, stdout, stderr } = await program(home, head + local, env);
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return stdout;
  };
  const advance = (by: string) => client.service.advanceClock(by);
  const named = async (name: string): Promise<Timer> => {
    const { data } = await client.timers.list({ name });
    const [timer, ...others] = data;
    if (timer === undefined || others.length > 0) throw new Error(`there are ${data.length} timers ${name}`);
    return timer;
  };
  const expired = (name: string) =>
    until(`the end of ${name}`, async () => {
      const timer = await named(name);
      return timer.status === 'expired' ? timer : null;
    });
  const received = (path: string) => receiver.requests.filter((request) => request.path === path);

  it('creates a timer that survives the program, and calls its webhook', async () => {
    const stdout = await run(`
// Create a timer that survives process crashes
const timer = MINOOTS.create({
  name: 'backup_database',
  duration: '1h',
  events: {
    on_expire: {
      webhook: 'https://api.example.com/backup-complete',
      message: 'Database backup completed'
    }
  }
});

console.log(\`Timer \${timer.id} will execute in 1 hour\`);
`);
    expect(stdout).toMatch(/^Timer tmr_\w{22} will execute in 1 hour\n$/);
    await advance('1h');
    const [request] = received('/backup-complete');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      event: 'timer.expired',
      message: 'Database backup completed',
      timer: { name: 'backup_database' },
    });
  });

  it('carries out every kind of event: webhook, file, command and message', async () => {
    await run(`MINOOTS.create({ name: 'powerful', duration: '1s', ...
{
  events: {
    on_expire: {
      webhook: 'https://api.example.com/notify',
      file_write: { file: 'result.txt', content: 'Timer done!' },
      command: 'npm run deploy',
      message: 'Deployment timer expired'
    }
  }
}
});`);
    await advance('1s');
    const { deliveries } = await expired('powerful');
    expect(deliveries.map(({ type, status }) => `${type} ${status}`).sort()).toEqual([
      'command succeeded',
      'file_write succeeded',
      'message succeeded',
      'webhook succeeded',
    ]);
    expect(received('/notify')).toHaveLength(1);
    expect(readFileSync(join(work, 'result.txt'), 'utf8')).toBe('Timer done!');
    expect(called()).toContain('npm run deploy\n');
  });

  it('runs a simple timer and a complex workflow', async () => {
    await run(`
// Simple timer
MINOOTS.create({ name: 'simple', duration: '30s' });

// Complex workflow timer
MINOOTS.create({
  name: 'deployment_pipeline',
  duration: '15m',
  metadata: { environment: 'production', version: '1.2.3' },
  events: {
    on_expire: {
      webhook: 'https://api.company.com/deploy-complete',
      command: 'docker deploy production:latest',
      file_write: {
        file: 'deployment.log',
        content: 'Production deployment completed at \${timestamp}'
      }
    }
  }
});
`);
    await advance('30s');
    expect(await named('simple')).toMatchObject({ status: 'expired' });
    expect(await named('deployment_pipeline')).toMatchObject({ status: 'running' });
    expect(existsSync(join(work, 'deployment.log'))).toBe(false);
    await advance('15m');
    await expired('deployment_pipeline');
    expect(JSON.parse(received('/deploy-complete')[0]?.body ?? '')).toMatchObject({
      data: { environment: 'production', version: '1.2.3' },
    });
    expect(called()).toContain('docker deploy production:latest\n');
    expect(readFileSync(join(work, 'deployment.log'), 'utf8')).toMatch(
      /^Production deployment completed at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    );
  });

  it.each([
    ["'30s'    // 30 seconds", 30_000],
    ["'5m'     // 5 minutes  ", 300_000],
    ["'2h'     // 2 hours", 7_200_000],
    ["'1d'     // 1 day", 86_400_000],
    ['3600000  // milliseconds', 3_600_000],
  ])('reads the duration %s', async (duration, spanMs) => {
    const name = `takes_${spanMs}`;
    await run(`MINOOTS.create({ name: '${name}', duration: ${duration}\n});`);
    const { fire_at, started_at } = await named(name);
    expect(Date.parse(fire_at ?? '') - Date.parse(started_at ?? '')).toBe(spanMs);
  });

  it('starts a dependent timer when the one before it has fired', async () => {
    await run(`
// Create dependent timers
const timer1 = MINOOTS.create({ name: 'step1', duration: '1m' });
const timer2 = MINOOTS.create({ 
  name: 'step2', 
  duration: '30s',
  depends_on: timer1.id 
});
`);
    expect((await named('step2')).status).toBe('waiting');
    await advance('1m');
    expect([(await named('step1')).status, (await named('step2')).status]).toEqual(['expired', 'running']);
    await advance('29s');
    expect((await named('step2')).status).toBe('running');
    await advance('1s');
    expect((await named('step2')).status).toBe('expired');
  });

  it('shares a timer with another team, by its slug or its id', async () => {
    const devops = await client.team.create({ name: 'DevOps', slug: 'devops-team' });
    const { id: guests } = await client.team.create({ name: 'Guests' });
    await client.timers.create({ id: 'timer_id', name: 'shared', duration: '1h' });
    await run(`
// Share timer with team
MINOOTS.share('timer_id', {
  team: 'devops-team',
  permissions: ['read', 'cancel']
});
MINOOTS.share('timer_id', { team: '${guests}', permissions: ['read'] });
`);
    const shares = await client.shares.list('timer_id');
    expect(new Map(shares.map(({ team_id, permissions }) => [team_id, permissions]))).toEqual(
      new Map([
        [devops.id, ['read', 'cancel']],
        [guests, ['read']],
      ]),
    );
    const theirs = new MinootsClient(
      new Transport(async () => ({ url: server.url, apiKey: API_KEY, team: 'devops-team' })),
    );
    const { data } = await theirs.timers.list({});
    expect(data).toMatchObject([{ id: 'timer_id', shared: { permissions: ['read', 'cancel'] } }]);
    expect((await theirs.timers.cancel('timer_id')).status).toBe('cancelled');
  });

  it('is received by the webhook that it shows', async () => {
    const ended = run(
      `
// Receive timer events
app.post('/webhook/timer-expired', (req, res) => {
  const { timer, event, timestamp } = req.body;
  console.log(\`Timer \${timer.name} expired at \${timestamp}\`);
  res.status(200).send('OK');
});
`,
      EXPRESS.replace('PORT_FILE', JSON.stringify(join(home, 'port'))),
    );
    const port = await until('the receiver', () => {
      const path = join(home, 'port');
      return (existsSync(path) && readFileSync(path, 'utf8')) || null;
    });
    const webhook = `http://127.0.0.1:${port}/webhook/timer-expired`;
    const events = { on_expire: { webhook } };
    const { id, fire_at } = await client.timers.create({ name: 'heard', duration: '5m', events });
    await advance('5m');
    expect(await ended).toBe(`Timer heard expired at ${fire_at}\n`);
    expect((await client.timers.get(id)).deliveries).toMatchObject([
      { status: 'succeeded', attempts: [{ response_status: 200, response_body: 'OK' }] },
    ]);
  });
});

/** As much of Express as the snippet asks for; it listens on a free port, tells it, and ends after one answer. */
const EXPRESS = `
const routes = new Map();
const app = { post: (path, handle) => routes.set(path, handle) };
const server = require('node:http').createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks));
  const answer = {
    status: (code) => Object.assign(answer, { code }),
    send: (text) => response.writeHead(answer.code, { connection: 'close' }).end(text, () => server.close()),
  };
  routes.get(request.url)({ body }, answer);
});
server.listen(0, '127.0.0.1', () => require('node:fs').writeFileSync(PORT_FILE, String(server.address().port)));
`;
