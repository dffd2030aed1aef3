import { describe, expect, it } from '@jest/globals';
import { commandsOnServer } from './support/commands-on-server.ts';

const { onTerminal: minoots } = commandsOnServer();

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
