import { describe, expect, it } from '@jest/globals';
import { commandsOnServer } from './support/commands-on-server.ts';

const { minoots: command } = commandsOnServer();
const minoots = (argv: string[], { input = '', isTTY = true } = {}) => command(argv, { input, isTTY });

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
