import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreatedApiKey, SignInLink } from '@minoots/contract';
import { type RunningServer, startServer } from '@minoots/embedded';
import { browserOf } from '../src/lib/browser.ts';
import { run } from '../src/run.ts';
import { tempHome } from './support/temp-home.ts';
import { recordingTerminal } from './support/terminal.ts';

const { home, remove } = tempHome();
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ home, host: '127.0.0.1', port: 0, logLevel: 'silent' });
});
afterAll(async () => {
  await server.close();
  remove();
});

async function dashboard(args: string[], { isTTY = true, url = server.url } = {}) {
  const { terminal, stdout, stderr } = recordingTerminal({ isTTY });
  const browsed: string[] = [];
  const browse = async (file: string) => {
    browsed.push(file);
  };
  const settings = { url, apiKey: server.apiKey, home };
  const code = await run(['dashboard', ...args], { ...terminal, browse }, () => settings);
  return { code, stdout: stdout(), stderr: stderr(), browsed };
}
const linkIn = (text: string) => /http\S+#code=mnt_signin_\w+/.exec(text)?.[0] ?? '';
async function begin(link: string) {
  const body = JSON.stringify({ code: new URL(link).hash.slice('#code='.length) });
  const response = await fetch(`${server.url}/v1/sessions`, { method: 'POST', body });
  return CreatedApiKey.parse(await response.json());
}

describe('minoots dashboard', () => {
  it('opens a page of its own that leads on to the link, and prints the link', async () => {
    const { code, stdout, browsed } = await dashboard([]);
    expect(code).toBe(0);
    const link = linkIn(stdout);
    expect(browsed).toEqual([join(home, 'dashboard.html')]);
    expect(readFileSync(browsed[0] ?? '', 'utf8')).toContain(`url=${link}"`);
    expect((await begin(link)).name).toBe('dashboard');
  });

  it('lets nobody else read that page, whatever it was before', async () => {
    const path = join(home, 'dashboard.html');
    writeFileSync(path, 'of before', { mode: 0o644 });
    const { stdout } = await dashboard([]);
    expect(readFileSync(path, 'utf8')).toContain(linkIn(stdout));
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('opens nothing where it is told so, and where nobody is watching', async () => {
    const told = await dashboard(['--no-open']);
    expect([told.code, told.browsed]).toEqual([0, []]);
    expect(linkIn(told.stdout)).not.toBe('');
    const piped = await dashboard([], { isTTY: false });
    expect(piped.browsed).toEqual([]);
    expect(SignInLink.parse(JSON.parse(piped.stdout)).url).toBe(linkIn(piped.stdout));
    expect((await dashboard(['--json'])).browsed).toEqual([]);
  });

  it('gives the link as the server is reached from here', async () => {
    const url = server.url.replace('127.0.0.1', 'localhost');
    const { stdout } = await dashboard(['--no-open'], { url });
    expect(linkIn(stdout)).toMatch(new RegExp(`^${url}/dashboard#code=`));
  });

  it('begins a session as long as it was asked for', async () => {
    const { stdout } = await dashboard(['--no-open', '--session', '1h']);
    const { created_at: begun, expires_at: end } = await begin(linkIn(stdout));
    expect(Date.parse(end ?? '') - Date.parse(begun)).toBe(3_600_000);
    expect((await dashboard(['--session', '1s'])).stderr).toContain('session');
  });
});

describe('browserOf', () => {
  it.each<[string, NodeJS.Platform, NodeJS.ProcessEnv, boolean]>([
    ['a desktop', 'linux', { DISPLAY: ':0' }, true],
    ['a desktop of another kind', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['a server', 'linux', {}, false],
    ['a Mac', 'darwin', {}, true],
    ['Windows', 'win32', {}, true],
    ['Linux in Windows', 'linux', { WSL_DISTRO_NAME: 'Debian' }, true],
    ['a machine that is far away', 'darwin', { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }, false],
    ['a desktop that is far away', 'linux', { DISPLAY: ':10', SSH_TTY: '/dev/pts/1' }, false],
    ['a build', 'darwin', { CI: 'true' }, false],
  ])('finds on %s whether there is one', (_, platform, env, isThere) => {
    expect(browserOf(env, platform) !== null).toBe(isThere);
  });
});
