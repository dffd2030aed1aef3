import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningServer, startServer } from '@minoots/embedded';
import { run } from '../src/run.ts';
import { MinootsClient } from '../src/sdk/client.ts';
import { Transport } from '../src/sdk/http.ts';
import { type Answer, scriptedServer } from './support/scripted-server.ts';
import { tempHome } from './support/temp-home.ts';
import { recordingTerminal } from './support/terminal.ts';

const API_KEY = 'a-key-for-the-tests-of-hostile-text';
const EVIL = '\u001b]0;owned\u0007\u001b[2J\u001b[1A\u009b2J\u0008\r\u202egnirts\u2066\u007f';
/** What a terminal obeys, but for line ends. */
const OBEYED = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u;
/** What commands draw in where there are colours, as in CI. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is one
const COLOURS = /\u001b\[\d{1,2}m/g;
/** What programs go by, and would break on if it were something else. */
const FIXED = /^(?:id|retry|.*_at|at|at_.*|type|status|event|outcome|cursor|next_cursor)$/;

const { home, remove } = tempHome();
let server: RunningServer;
let proxy: Awaited<ReturnType<typeof scriptedServer>>;

beforeAll(async () => {
  server = await startServer({ home, host: '127.0.0.1', port: 0, apiKey: API_KEY, logLevel: 'silent' });
  proxy = await scriptedServer(poisoned);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  remove();
});

/** What the server answers, with harm at the end of every text in it. */
const poisoned: Answer = (response, { method, url, body }) => {
  const answered = fetch(server.url + url, {
    method,
    headers: { authorization: `Bearer ${API_KEY}` },
    ...(body !== '' && { body }),
  }).then(async (answer) => {
    const spoilt: unknown = JSON.parse(await answer.text(), (key, value: unknown) =>
      typeof value === 'string' && !FIXED.test(key) ? value + EVIL : value,
    );
    const type = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, { 'content-type': type }).end(JSON.stringify(spoilt));
  });
  answered.catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
};

async function minoots(argv: readonly string[], { isTTY = true, url = proxy.url } = {}) {
  const { terminal, stdout, written } = recordingTerminal({ isTTY });
  const code = await run([...argv], terminal, () => ({ url, apiKey: API_KEY, home }));
  return { code, stdout: stdout(), written: written().replaceAll(COLOURS, '') };
}

describe('what others wrote', () => {
  const id = 'tmr_hostile';
  beforeAll(async () => {
    const direct = { url: server.url, isTTY: false };
    const steps = [
      ['create', '1h', 'tea', '--id', id, '--agent', 'a1', '--label', 'env=prod', '--metadata', '{"a":"b"}'],
      [
        'create',
        '50ms',
        'call',
        '--id',
        'tmr_call',
        '--webhook',
        'http://127.0.0.1:1/',
        '--retry',
        '{"max_attempts":1}',
      ],
      ['send', 'hello', '--to', 'a1'],
      ['schedule', 'create', 'nightly', '--id', 'sch_hostile', '--every', '1d', '--message', 'now'],
      ['context', 'set', 'deployed', '"yes"'],
      ['keys', 'create', 'ci', '--read-only'],
    ];
    for (const step of steps) expect([step, (await minoots(step, direct)).code]).toEqual([step, 0]);
    await minoots(['wait', 'tmr_call'], direct);
    const client = new MinootsClient(new Transport(async () => ({ url: server.url, apiKey: API_KEY })));
    await client.runners.register('run_hostile', { name: 'build', labels: ['gpu'], accepts: ['command'] });
  });

  it.each<[string[]]>([
    [['list', '--all']],
    [['get', id]],
    [['get', 'tmr_call']],
    [['logs', id]],
    [['graph', id]],
    [['deliveries']],
    [['inbox', 'a1']],
    [['schedule', 'list']],
    [['schedule', 'get', 'sch_hostile']],
    [['context', 'list']],
    [['keys', 'list']],
    [['endpoints', 'list']],
    [['runners', 'list']],
    [['pause', id]],
    [['resume', id]],
    [['get', 'tmr_nobody']],
    [['create', '1h', '']],
  ])('is but text on the terminal of minoots %j, and in its JSON', async (argv) => {
    const shown = await minoots(argv);
    expect(shown.written.length).toBeGreaterThan(10);
    expect(shown.written).not.toMatch(OBEYED);
    const json = await minoots([...argv, '--json']);
    expect(json.written).not.toMatch(OBEYED);
  });

  it('is told whole to a program', async () => {
    const { stdout } = await minoots(['get', id, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ name: `tea${EVIL}` });
  });
});
