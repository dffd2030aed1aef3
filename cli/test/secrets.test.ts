import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningServer, startServer } from '@minoots/embedded';
import { run } from '../src/run.ts';
import { tempHome } from './support/temp-home.ts';
import { recordingTerminal } from './support/terminal.ts';

const API_KEY = 'a-key-for-the-tests-of-secrets';
const { home, remove } = tempHome();
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ home, host: '127.0.0.1', port: 0, apiKey: API_KEY, logLevel: 'silent' });
});
afterAll(async () => {
  await server.close();
  remove();
});

async function minoots(argv: string[], { input = '', isTTY = true } = {}) {
  const { terminal, stdout, stderr } = recordingTerminal({ isTTY });
  const stdin = Readable.from([input]);
  const code = await run(argv, { ...terminal, stdin }, () => ({ url: server.url, apiKey: API_KEY, home }));
  return { code, stdout: stdout(), stderr: stderr() };
}

describe('minoots secrets', () => {
  it('sets what is piped in, lists names alone, and removes', async () => {
    const set = await minoots(['secrets', 'set', 'SLACK_WEBHOOK_URL'], {
      input: 'https://hooks.example/abc\n',
    });
    expect(set).toEqual({ code: 0, stdout: '✓ SLACK_WEBHOOK_URL is set\n', stderr: '' });
    const list = await minoots(['secrets', 'list'], { isTTY: false });
    expect(JSON.parse(list.stdout)).toMatchObject({ data: [{ name: 'SLACK_WEBHOOK_URL' }] });
    expect(list.stdout).not.toContain('hooks.example');
    expect((await minoots(['secrets', 'list'])).stdout).toMatch(/^NAME +SET AT\nSLACK_WEBHOOK_URL /);
    const gone = await minoots(['secrets', 'delete', 'SLACK_WEBHOOK_URL']);
    expect(gone.stdout).toBe('✓ SLACK_WEBHOOK_URL is removed\n');
    expect((await minoots(['secrets', 'list'])).stdout).toBe('No secrets.\n');
  });

  it('repeats nothing of a value that is refused', async () => {
    const { code, stderr } = await minoots(['secrets', 'set', 'TOKEN'], { input: 'hunter2\n' });
    expect(code).toBe(1);
    expect(stderr).toContain('/value');
    expect(stderr).not.toContain('hunter2');
  });

  it('rotates the secret that signs webhooks without showing it', async () => {
    const rotated = await minoots(['secrets', 'rotate-signing']);
    expect(rotated.stdout).toMatch(
      /^✓ A new secret signs webhooks\. The one before (?:is gone|signs until .*)\.\n$/,
    );
    const again = await minoots(['secrets', 'rotate-signing', '--overlap', '1h'], { isTTY: false });
    expect(again.stdout).not.toContain('whsec_');
    expect(JSON.parse(again.stdout).data).toHaveLength(2);
    expect((await minoots(['secrets', 'rotate-signing'])).stderr).toContain('invalid_state');
    expect((await minoots(['secrets', 'rotate-signing', '--overlap', '0'])).stdout).toContain('is gone');
  });
});
