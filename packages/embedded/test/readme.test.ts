import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreatedTimer, SigningSecrets, TimerPage } from '@minoots/contract';
import { type Newcomer, welcomeNewcomer } from './newcomer.ts';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

let newcomer: Newcomer;
let receiverPort: number;

beforeAll(async () => {
  newcomer = await welcomeNewcomer();
  receiverPort = await freePort();
});

afterAll(() => newcomer.leave());

describe('README.md', () => {
  it('gives the two commands a block each', () => {
    expect(README).toContain('```bash\nnpm start\n```');
    expect(README).toContain('```bash\nnpm test\n```');
  });

  it('shows what the server prints', () => {
    const { banner, url, home } = newcomer;
    const printed = banner.replaceAll(url, 'http://127.0.0.1:3000').replaceAll(home, '/home/you');
    expect(printed.trim()).toBe(blockOf('banner').trim());
  });

  it('creates and reads a timer by curl', async () => {
    const created = CreatedTimer.parse(JSON.parse(await newcomer.sh(snippet('create'))));
    expect(created).toMatchObject({ name: 'api_timer', status: 'running', receipt: { durable: true } });
    const read = TimerPage.parse(JSON.parse(await newcomer.sh(withKey('read'))));
    expect(read.data.map(({ id }) => id)).toContain(created.id);
  });

  it('creates and lists a timer on the command line', async () => {
    const printed = await newcomer.sh(snippet('cli'));
    expect(printed.match(/"name": "coffee_break"/g)).toHaveLength(2);
  });

  it('creates and reads a timer in a program', async () => {
    const printed = await newcomer.run('first.cjs', snippet('sdk'));
    expect(printed).toMatch(
      /^Timer tmr_\w{22} will fire in 1 hour\n0% complete\n(3600000|35\d{5})ms remaining\n$/,
    );
  });

  it('receives a webhook and verifies its signature', async () => {
    const { secrets } = SigningSecrets.parse(JSON.parse(await newcomer.sh(withKey('secret'))));
    const env = { SIGNING_SECRET: secrets[0] ?? '' };
    const receiver = await newcomer.start('receiver.mjs', snippet('receiver'), env);
    await receiver.printed('waiting for webhooks');
    CreatedTimer.parse(JSON.parse(await newcomer.sh(snippet('create'))));
    await advanceClock('5m');
    expect(await receiver.printed('api_timer')).toMatch(/^timer\.expired: api_timer at \d{4}-/m);
  });

  it('lets a month pass on the virtual clock', async () => {
    expect(await newcomer.run('virtual-clock.mjs', snippet('virtual-clock'))).toBe('expired\n');
  });
});

/** The text of the block marked `run=name`. */
function blockOf(name: string): string {
  const [, text] = new RegExp(`^\`\`\`\\w+ run=${name}\\n(.*?)^\`\`\`$`, 'ms').exec(README) ?? [];
  if (text === undefined) throw new Error(`README.md has no block run=${name}`);
  return text;
}

/** A block as a reader would run it: with the addresses and the key of this server and receiver. */
function snippet(name: string): string {
  return blockOf(name)
    .replaceAll(/http:\/\/127\.0\.0\.1:300[01]/g, newcomer.url)
    .replaceAll('only-for-my-own-tests', newcomer.apiKey)
    .replaceAll(/\b4000\b/g, String(receiverPort));
}

/** A block that goes on in the terminal in which the first one has set API_KEY. */
function withKey(name: string): string {
  return `API_KEY=${newcomer.apiKey}\n${snippet(name)}`;
}

async function advanceClock(by: string): Promise<void> {
  const response = await fetch(`${newcomer.url}/v1/clock/advance`, {
    method: 'POST',
    headers: { authorization: `Bearer ${newcomer.apiKey}` },
    body: JSON.stringify({ by }),
  });
  if (!response.ok) throw new Error(`the clock did not move: ${await response.text()}`);
  await response.arrayBuffer();
}

/** A port that was free a moment ago, for a program that cannot be told to take any. */
async function freePort(): Promise<number> {
  const server = createServer();
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  return address.port;
}
