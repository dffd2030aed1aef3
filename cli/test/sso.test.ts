import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNameServer, type TestNameServer } from '@minoots/core/testing';
import { type RunningServer, startServer } from '@minoots/embedded';
import { run } from '../src/run.ts';
import { tempHome } from './support/temp-home.ts';
import { recordingTerminal } from './support/terminal.ts';

const API_KEY = 'a-key-for-the-tests-of-single-sign-on';
const { home, remove } = tempHome();
let names: TestNameServer;
let server: RunningServer;

beforeAll(async () => {
  names = await startNameServer();
  const settings = { home, host: '127.0.0.1', port: 0, apiKey: API_KEY, logLevel: 'silent' } as const;
  // Nobody signs in here: the provider is never asked.
  const oidc = { issuer: 'https://id.example.com', audience: 'minoots' };
  server = await startServer({ ...settings, oidc, nameServers: [names.address] });
});
afterAll(async () => {
  await server.close();
  await names.close();
  remove();
});

async function minoots(argv: string[], { isTTY = true }: { isTTY?: boolean } = {}) {
  const { terminal, stdout, stderr } = recordingTerminal({ isTTY });
  const code = await run(argv, terminal, () => ({ url: server.url, apiKey: API_KEY, home, team: undefined }));
  return { code, stdout: stdout(), stderr: stderr() };
}

describe('minoots sso', () => {
  it('claims a domain, proves it, and lets its people sign in by one provider', async () => {
    expect((await minoots(['sso', 'show'])).stdout).toBe('No domains.\nPeople sign in as they like.\n');
    const claimed = await minoots(['sso', 'claim', 'Acme.com']);
    const [, name = '', text = ''] = /(_minoots-challenge\.acme\.com) {2}(\S+)/.exec(claimed.stdout) ?? [];
    expect(claimed.stdout).toContain('minoots sso verify acme.com');

    const early = await minoots(['sso', 'verify', 'acme.com'], { isTTY: false });
    expect([early.code, JSON.parse(early.stderr).error.code]).toEqual([1, 'domain_unverified']);
    expect((await minoots(['sso', 'show'])).stdout).toMatch(/acme\.com +not yet +_minoots-challenge/);
    names.publish(name, [text]);
    expect((await minoots(['sso', 'verify', 'acme.com'])).stdout).toBe('✓ acme.com is the team’s\n');

    const set = await minoots(['sso', 'set', 'saml.acme', '--role', 'viewer']);
    expect(set.stdout).toContain('People of verified domains sign in by saml.acme, new ones as viewer.');
    const drop = await minoots(['sso', 'drop', 'acme.com'], { isTTY: false });
    expect(JSON.parse(drop.stderr).error.code).toBe('invalid_state');
    expect((await minoots(['sso', 'remove'])).stdout).toContain('People sign in as they like.');
    expect((await minoots(['sso', 'drop', 'acme.com'])).stdout).toBe('✓ acme.com is given up\n');
  });

  it('knows no role above admin, and no domain of everybody', async () => {
    expect((await minoots(['sso', 'set', 'saml.acme', '--role', 'owner'])).code).toBe(2);
    const refused = await minoots(['sso', 'claim', 'gmail.com'], { isTTY: false });
    expect(JSON.parse(refused.stderr).error.code).toBe('invalid_request');
  });
});
