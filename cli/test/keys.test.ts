import { describe, expect, it } from '@jest/globals';
import { CreatedApiKey } from '@minoots/contract';
import { API_KEY, type CommandOptions, commandsOnServer } from './support/commands-on-server.ts';

const { minoots: command } = commandsOnServer();
const minoots = (argv: string[], options: CommandOptions = {}) => command(argv, { isTTY: true, ...options });

async function create(...args: string[]): Promise<CreatedApiKey> {
  const { stdout } = await minoots(['keys', 'create', ...args], { isTTY: false });
  return CreatedApiKey.parse(JSON.parse(stdout));
}

describe('minoots keys', () => {
  it('makes a key, shows it once, and lists it by how it begins', async () => {
    const { stdout, code } = await minoots(['keys', 'create', 'wall', '--read-only']);
    const [key = ''] = /mnt_live_\w+/.exec(stdout) ?? [];
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ key_\w+ wall\. Keep the key now: it is not shown again\.\n/);
    expect((await minoots(['list'], { apiKey: key })).code).toBe(0);
    const denied = await minoots(['create', '3m', 'tea'], { apiKey: key });
    expect(denied.stderr).toContain('timers:write');
    const list = await minoots(['keys', 'list']);
    expect(list.stdout).toMatch(/^ID +NAME +KEY +STATUS +ENDS +LAST USED +SCOPES\n/);
    expect(list.stdout).toContain(`${key.slice(0, 13)}…`);
    expect(list.stdout).not.toContain(key);
    expect(list.stdout).not.toContain(API_KEY.slice(0, 6));
  });

  it('makes a key with scopes and an end, rotates and revokes it', async () => {
    const made = await create('ci', '--scopes', 'timers:read, timers:write', '--expires', '90d', '--test');
    expect(made).toMatchObject({ scopes: ['timers:read', 'timers:write'], status: 'active' });
    expect(made.key).toMatch(/^mnt_test_/);
    const days = (Date.parse(made.expires_at ?? '') - Date.parse(made.created_at)) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    const rotated = await minoots(['keys', 'rotate', made.id, '--overlap', '0'], { isTTY: false });
    const { id, key } = CreatedApiKey.parse(JSON.parse(rotated.stdout));
    expect((await minoots(['list'], { apiKey: made.key })).stderr).toContain('unauthenticated');
    expect((await minoots(['list'], { apiKey: key })).code).toBe(0);
    expect((await minoots(['keys', 'revoke', id])).stdout).toBe(`✓ ${id} ci is revoked\n`);
    expect((await minoots(['list'], { apiKey: key })).code).toBe(1);
  });

  it('takes an instant for the end of a key', async () => {
    const expires = new Date(Date.now() + 60_000).toISOString();
    expect((await create('ci', '--read-only', '--expires', expires)).expires_at).toBe(expires);
  });

  it.each([
    [['ci'], '--scopes or --read-only'],
    [['ci', '--read-only', '--scopes', 'timers:read'], '--scopes or --read-only'],
    [['ci', '--scopes', 'everything'], 'timers:read'],
    [['ci', '--read-only', '--expires', 'soon'], '5m'],
  ])('refuses %j as it was given', async (args, hint) => {
    const { code, stderr } = await minoots(['keys', 'create', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });

  it('says why the owner’s key stays', async () => {
    for (const verb of ['revoke', 'rotate']) {
      const { code, stderr } = await minoots(['keys', verb, 'key_owner']);
      expect(code).toBe(1);
      expect(stderr).toContain('key of the owner');
    }
    expect((await minoots(['list'])).code).toBe(0);
  });
});
