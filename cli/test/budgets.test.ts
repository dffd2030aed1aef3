import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningServer, startServer } from '@minoots/embedded';
import { run } from '../src/run.ts';
import { tempHome } from './support/temp-home.ts';
import { recordingTerminal } from './support/terminal.ts';

const API_KEY = 'a-key-for-the-tests-of-budgets';
const { home, remove } = tempHome();
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ home, host: '127.0.0.1', port: 0, apiKey: API_KEY, logLevel: 'silent' });
});
afterAll(async () => {
  await server.close();
  remove();
});

async function minoots(...argv: string[]) {
  const { terminal, stdout, stderr } = recordingTerminal({ isTTY: true });
  const code = await run(argv, terminal, () => ({ url: server.url, apiKey: API_KEY, home }));
  return { code, stdout: stdout(), stderr: stderr() };
}

describe('minoots budget', () => {
  it('sets, shows, lists and takes away what an agent may use', async () => {
    const set = await minoots('budget', 'set', 'deploy-bot', '--active', '1', '--fires-per-hour', '100');
    expect(set).toEqual({
      code: 0,
      stdout: '✓ deploy-bot: 0 of 1 active timers, 0 of 100 fires this hour\n',
      stderr: '',
    });
    expect((await minoots('create', '1h', 'one', '--agent', 'deploy-bot')).code).toBe(0);
    const refused = await minoots('create', '1h', 'two', '--agent', 'deploy-bot');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Agent deploy-bot has 1 active timers, and its budget allows 1');
    expect((await minoots('budget', 'show', 'deploy-bot')).stdout).toContain('1 of 1 active timers');
    expect((await minoots('budget', 'list')).stdout).toMatch(
      /^AGENT +ACTIVE +FIRES PER HOUR +SET AT\ndeploy-bot +1 +100 /,
    );
    expect((await minoots('budget', 'unset', 'deploy-bot')).stdout).toContain('no budget of its own');
    expect((await minoots('budget', 'list')).stdout).toBe('No budgets.\n');
  });

  it('limits agents without a budget of their own by that of *', async () => {
    await minoots('budget', 'set', '*', '--active', '0');
    expect((await minoots('budget', 'show', 'anyone')).stdout).toBe(
      'anyone: 0 of 0 active timers, any number of fires this hour, by the budget of *\n',
    );
    expect((await minoots('budget', 'show', '*')).stdout).toContain('*: 0 active timers');
    await minoots('budget', 'unset', '*');
  });

  it('wants a limit', async () => {
    const { code, stderr } = await minoots('budget', 'set', 'deploy-bot');
    expect(code).toBe(2);
    expect(stderr).toContain('--active, --fires-per-hour or both');
  });
});
