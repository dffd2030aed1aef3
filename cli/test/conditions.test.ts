import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContextEntry, ContextList, CreatedTimer, Timer } from '@minoots/contract';
import { type RunningServer, startServer } from '@minoots/embedded';
import type * as z from 'zod';
import { run } from '../src/run.ts';
import { MinootsClient } from '../src/sdk/client.ts';
import { Transport } from '../src/sdk/http.ts';
import { program } from './support/child.ts';
import { tempHome } from './support/temp-home.ts';
import { recordingTerminal } from './support/terminal.ts';

// Programs are processes of their own, and the machine may have others to run.
const apiKey = 'a-key-for-the-tests-of-conditions';
const { home, remove } = tempHome();
let server: RunningServer;
let client: MinootsClient;

beforeAll(async () => {
  server = await startServer({
    home,
    host: '127.0.0.1',
    port: 0,
    apiKey,
    clock: 'virtual',
    logLevel: 'silent',
  });
  client = new MinootsClient(new Transport(async () => ({ url: server.url, apiKey })));
});
afterAll(async () => {
  await server.close();
  remove();
});

async function minoots(argv: string[], isTTY = false) {
  const { terminal, stdout, stderr } = recordingTerminal({ isTTY });
  const code = await run(argv, terminal, () => ({ url: server.url, apiKey, home }));
  return { code, stdout: stdout(), stderr: stderr() };
}

async function answer<T>(schema: z.ZodType<T>, ...argv: string[]): Promise<T> {
  const { code, stdout, stderr } = await minoots(argv);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return schema.parse(JSON.parse(stdout));
}

async function runProgram(source: string): Promise<string> {
  const env = { MINOOTS_URL: server.url, MINOOTS_API_KEY: apiKey };
  const head = "const MINOOTS = require('@minoots/timer-system');\n";
  const { code, stdout, stderr } = await program(home, head + source, env);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return stdout;
}

describe('the conditional timer of the original README', () => {
  const SNIPPET = `
MINOOTS.create({
  name: 'conditional_deploy',
  duration: '5m',
  conditions: {
    environment: 'production',
    tests_passed: true
  }
});
`;
  /** What became of the timer of the snippet, and its last words. */
  async function live(): Promise<string[]> {
    await runProgram(SNIPPET);
    await client.service.advanceClock('5m');
    const [timer] = (await client.timers.list({ name: 'conditional_deploy', limit: 1 })).data;
    const logs = await client.timers.logs(timer?.id ?? '');
    return [timer?.status ?? '', logs[1]?.message ?? ''];
  }

  it('is skipped, with a reason, until the context says what it asks for', async () => {
    expect(await live()).toEqual([
      'skipped',
      'Conditions not met: environment is not set, wanted "production"; tests_passed is not set, wanted true',
    ]);
    await answer(ContextEntry, 'context', 'set', 'environment', 'production');
    await answer(ContextEntry, 'context', 'set', 'tests_passed', 'false');
    expect(await live()).toEqual(['skipped', 'Conditions not met: tests_passed is false, wanted true']);
    await answer(ContextEntry, 'context', 'set', 'tests_passed', 'true');
    expect(await live()).toEqual(['expired', 'Fired: environment is "production"; tests_passed is true']);
  });
});

describe('minoots context', () => {
  it('sets, shows, lists and removes facts', async () => {
    expect(await answer(ContextEntry, 'context', 'set', 'coverage', '71.5')).toMatchObject({ value: 71.5 });
    expect(await answer(ContextEntry, 'context', 'set', 'note', 'all is well')).toMatchObject({
      value: 'all is well',
    });
    expect(await answer(ContextEntry, 'context', 'set', 'ci/main', 'null')).toMatchObject({ value: null });
    expect(await answer(ContextEntry, 'context', 'get', 'ci/main')).toMatchObject({
      key: 'ci/main',
      value: null,
    });
    const { data } = await answer(ContextList, 'context', 'list');
    expect(data.map(({ key }) => key)).toEqual(expect.arrayContaining(['ci/main', 'coverage', 'note']));
    expect(await answer(ContextEntry, 'context', 'unset', 'note')).toMatchObject({ value: 'all is well' });
    const { code, stderr } = await minoots(['context', 'get', 'note']);
    expect([code, JSON.parse(stderr).error.code]).toEqual([1, 'not_found']);
  });

  it('tells a person', async () => {
    expect((await minoots(['context', 'set', 'mood', 'good'], true)).stdout).toBe('✓ mood is "good"\n');
    expect((await minoots(['context', 'get', 'mood'], true)).stdout).toBe('mood is "good"\n');
    expect((await minoots(['context', 'list'], true)).stdout).toMatch(
      /^KEY +VALUE +SET AT\n[\s\S]*mood +"good" +\d{4}-/,
    );
    expect((await minoots(['context', 'unset', 'mood'], true)).stdout).toBe('✓ mood is no longer set\n');
  });

  it('refuses a key that cannot be one before anything is sent', async () => {
    const { code, stderr } = await minoots(['context', 'set', 'a b', '1']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/key' }],
    });
  });

  it.each(['set', 'get', 'list', 'unset'])('explains %s', async (verb) => {
    const { code, stdout } = await minoots(['context', verb, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Output \(--json, or piped\):[\s\S]+Errors [\s\S]+Examples:\n {2}\$ minoots context /,
    );
  });
});

describe('minoots create --conditions', () => {
  it('makes a timer that looks again', async () => {
    const { id } = await answer(
      CreatedTimer,
      ...[
        'create',
        '1m',
        'careful',
        '--conditions',
        '{"released":true}',
        '--recheck',
        '30s',
        '--give-up',
        '1h',
      ],
    );
    await client.service.advanceClock('1m');
    expect((await minoots(['get', id], true)).stdout).toMatch(
      /conditions +\{"released":true\}\nnext look +\d{4}-/,
    );
    await answer(ContextEntry, 'context', 'set', 'released', 'true');
    await client.service.advanceClock('30s');
    expect(await answer(Timer, 'get', id)).toMatchObject({ status: 'expired', drift_ms: 30_000 });
  });
});

describe('MINOOTS.context', () => {
  it('sets facts in the order of the program, for a timer that is made right after', async () => {
    const stdout = await runProgram(`(async () => {
      MINOOTS.context.set('step', 'first');
      MINOOTS.context.set('step', 'second');
      const { value } = await MINOOTS.context.get('step');
      const listed = (await MINOOTS.context.list()).filter(({ key }) => key === 'step').length;
      const removed = await MINOOTS.context.delete('step');
      console.log(value, listed, removed.value);
    })()`);
    expect(stdout).toBe('second 1 second\n');
  });
});
