import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createGuardedAgents,
  createTargetGuard,
  type GuardedAgents,
  type GuardOptions,
  type ResolveName,
  TargetRefused,
} from './target-guard.ts';
import { startReceiver, type TestReceiver } from './test-receiver.ts';

const PUBLIC = { address: '93.184.215.14', family: 4 };
const LOOPBACK = { address: '127.0.0.1', family: 4 };

const open: { receivers: TestReceiver[]; agents: GuardedAgents[] } = { receivers: [], agents: [] };

afterEach(async () => {
  for (const agents of open.agents.splice(0)) agents.destroy();
  await Promise.all(open.receivers.splice(0).map((receiver) => receiver.close()));
});

async function receive(): Promise<TestReceiver> {
  const receiver = await startReceiver();
  open.receivers.push(receiver);
  return receiver;
}

function agentsFor(options: GuardOptions): GuardedAgents {
  const agents = createGuardedAgents(options);
  open.agents.push(agents);
  return agents;
}

/** Status of a GET over the agents. */
async function get(agents: GuardedAgents, url: string): Promise<number | undefined> {
  const isHttps = url.startsWith('https:');
  const request = (isHttps ? https : http).get(url, { agent: isHttps ? agents.https : agents.http });
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
}

function resolveTo(...addresses: { address: string; family: number }[]): ResolveName {
  return async () => addresses;
}

describe('createTargetGuard', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://①②⑦.0.0.1/',
    'http://0/',
    'http://10.1.2.3:8080/path',
    'https://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::a00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::1]/',
    'http://[fd00::1]/',
    'http://[fe80::1]/',
    'http://255.255.255.255/',
    'http://224.0.0.251/',
    'http://localhost/',
    'http://localhost./',
    'http://LOCALHOST:3000/${timer.id}',
  ])('refuses %s', async (url) => {
    expect(await createTargetGuard({ allowPrivate: false }).refusal(url)).toMatch(/not (a )?public/);
  });

  it.each(['https://1.1.1.1/', 'https://[2606:4700:4700::1111]/x'])('accepts %s', async (url) => {
    expect(await createTargetGuard({ allowPrivate: false }).refusal(url)).toBeNull();
  });

  it('refuses a name when only one of its addresses is private (complaint 16)', async () => {
    const guard = createTargetGuard({ allowPrivate: false, resolve: resolveTo(PUBLIC, LOOPBACK) });
    expect(await guard.refusal('https://mixed.example/')).toBe(
      'mixed.example resolves to an address that is not public (loopback)',
    );
  });

  it('accepts a name whose addresses are all public', async () => {
    const guard = createTargetGuard({ allowPrivate: false, resolve: resolveTo(PUBLIC) });
    expect(await guard.refusal('https://public.example/')).toBeNull();
  });

  it('lets a name through that does not resolve yet', async () => {
    const resolve: ResolveName = () => Promise.reject(new Error('no such name'));
    expect(
      await createTargetGuard({ allowPrivate: false, resolve }).refusal('https://later.example/'),
    ).toBeNull();
  });

  it('accepts the loopback where private targets are allowed', async () => {
    expect(await createTargetGuard({ allowPrivate: true }).refusal('http://127.0.0.1:3000/')).toBeNull();
  });
});

describe('createGuardedAgents', () => {
  it('refuses a name that resolves to the loopback only once it is called (complaint 16)', async () => {
    const answers = [[PUBLIC], [LOOPBACK]];
    const resolve: ResolveName = async () => answers.shift() ?? [LOOPBACK];
    const receiver = await receive();
    const url = `http://rebinding.example:${receiver.port}/`;
    expect(await createTargetGuard({ allowPrivate: false, resolve }).refusal(url)).toBeNull();
    await expect(get(agentsFor({ allowPrivate: false, resolve }), url)).rejects.toBeInstanceOf(TargetRefused);
    expect(receiver.connections).toHaveLength(0);
  });

  it.each(['http:', 'https:'])(
    'connects over %s to no private address, named or literal',
    async (protocol) => {
      const receiver = await receive();
      const agents = agentsFor({ allowPrivate: false, resolve: resolveTo(PUBLIC, LOOPBACK) });
      for (const host of ['name.example', '127.0.0.1', '2130706433', '[::ffff:127.0.0.1]']) {
        const url = new URL(`${protocol}//${host}:${receiver.port}/`);
        const literal = url.hostname.replace(/^\[|\]$/g, '');
        const client = protocol === 'https:' ? https : http;
        const agent = protocol === 'https:' ? agents.https : agents.http;
        const request = client.get({ hostname: literal, port: receiver.port, agent });
        await expect(once(request, 'response')).rejects.toBeInstanceOf(TargetRefused);
      }
      expect(receiver.connections).toHaveLength(0);
    },
  );

  it('goes on refusing beyond the connections it may hold', async () => {
    const receiver = await receive();
    const agents = agentsFor({ allowPrivate: false });
    for (let index = 0; index < 300; index++) {
      await expect(get(agents, receiver.url)).rejects.toBeInstanceOf(TargetRefused);
    }
  });

  it('connects to the address that was checked, whatever the name says elsewhere (complaint 16)', async () => {
    const receiver = await receive();
    const agents = agentsFor({ allowPrivate: true, resolve: resolveTo(LOOPBACK) });
    expect(await get(agents, `http://nowhere.invalid:${receiver.port}/`)).toBe(204);
    expect(receiver.requests[0]?.headers.host).toBe(`nowhere.invalid:${receiver.port}`);
  });

  it('connects to a literal private address where that is allowed', async () => {
    const receiver = await receive();
    expect(await get(agentsFor({ allowPrivate: true }), receiver.url)).toBe(204);
  });
});
