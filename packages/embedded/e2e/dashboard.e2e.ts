import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKeyList, SignInLink } from '@minoots/contract';
import { ApiClient, until } from '@minoots/core/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type RunningServer, startServer } from '../src/index.ts';
import { makeTempFolder } from '../test/support/temp-folder.ts';
import { findChromium } from './find-chromium.ts';

const executablePath = findChromium(process.env);
const describeInBrowser = executablePath === null ? describe.skip : describe;

describeInBrowser('the dashboard in a browser', () => {
  let folder: Awaited<ReturnType<typeof makeTempFolder>>;
  let server: RunningServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the page complained of: broken code, and what its policy did not let in. */
  let complaints: string[];
  const start = async (port = 0) => {
    server = await startServer({ port, host: '127.0.0.1', home: folder.folder, logLevel: 'silent' });
  };
  const owner = () => new ApiClient({ baseUrl: server.url, key: server.apiKey });
  const link = async () => (await owner().read(SignInLink, 201, 'POST', '/v1/sign-in-links')).url;
  const sessions = async () =>
    (await owner().get(ApiKeyList, '/v1/api-keys')).data.filter(({ name }) => name === 'dashboard');
  const names = () => page.locator('#timers .name').allTextContents();
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    folder = await makeTempFolder();
    await start();
    context = await browser.newContext();
    // As long as a test may take: how fast the machine is, is no matter here.
    context.setDefaultTimeout(60_000);
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedType/i.test(message.text())) complaints.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    await server.close();
    await folder.remove();
    expect(complaints).toEqual([]);
  });

  it('signs in by a link, forgets its code, and shows who that is', async () => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url(), JSON.stringify(request.headers())));
    const url = await link();
    await page.goto(url);
    await seen('No timer is active');
    expect(await page.locator('#who').textContent()).toMatch(/Owner\s+Local · enterprise plan/);
    expect(page.url()).toBe(`${server.url}/dashboard`);
    const code = new URL(url).hash.slice('#code='.length);
    expect(requests.filter((text) => text.includes(code))).toEqual([]);
    expect(requests.filter((text) => text.startsWith('http') && !text.startsWith(server.url))).toEqual([]);
    await page.reload();
    await seen('No timer is active');
    expect(await sessions()).toHaveLength(1);
  });

  it('says that a link was used, and keeps a session that it has', async () => {
    const url = await link();
    await page.goto(url);
    await seen('No timer is active');
    await page.goto(url);
    await seen('No timer is active');
    const other = await browser.newContext();
    const late = await other.newPage();
    await late.goto(url);
    await late.getByText('This link does not work any more').waitFor();
    await late.getByText('minoots dashboard').waitFor();
    await other.close();
    // In the same tab: the address changes by its fragment alone.
    await page.goto(await link());
    await until('the new link to be used', async () => ((await sessions()).length === 2 ? true : null));
  });

  it('signs in by a link though the server is not reached at first', async () => {
    await page.route('**/v1/sessions', (route) => route.abort(), { times: 1 });
    await page.goto(await link());
    await seen('No timer is active');
    expect(await sessions()).toHaveLength(1);
  });

  it('asks for the command where nobody is signed in', async () => {
    await page.goto(`${server.url}/dashboard`);
    await seen('Not signed in');
    await seen('minoots dashboard');
  });

  it('shows timers as they come, go by and end', async () => {
    await page.goto(await link());
    await seen('No timer is active');
    const { id } = await owner().create({ name: 'deploy', duration: '1h', agent_id: 'scout' });
    await seen('scout');
    expect(await names()).toEqual(['deploy']);
    const remaining = () => page.locator('#timers .remaining').textContent();
    const first = await remaining();
    expect(first).toMatch(/^(1:00:00|5\d:\d\d)$/);
    await until('time to go by', async () => ((await remaining()) === first ? null : true));
    await owner().command(id, 'pause');
    await page.locator('[data-status="paused"]').waitFor();
    await owner().command(id, 'cancel');
    await seen('No timer is active');
    expect(await page.locator('#events .name').first().textContent()).toBe('deploy');
  });

  it('shows names as text, whatever is in them', async () => {
    await page.goto(await link());
    await seen('No timer is active');
    const name = '<img src=x onerror=alert(1)><b>bold</b>';
    await owner().create({ name });
    await page.locator('#timers li').waitFor();
    expect(await names()).toEqual([name]);
    expect(await page.locator('#timers img, #timers b, #events img').count()).toBe(0);
  });

  it('says that the server is gone, and goes on when it is back', async () => {
    await page.goto(await link());
    await seen('No timer is active');
    await server.close();
    await seen('The server does not answer');
    await start(Number(new URL(server.url).port));
    await owner().create({ name: 'after the restart' });
    await seen('after the restart');
    await until('the connection', async () => (await page.locator('#trouble').textContent()) === '' || null);
  });

  it('signs out, on the server too', async () => {
    await page.goto(await link());
    await seen('No timer is active');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await seen('Signed out');
    expect(await page.evaluate('document.activeElement.id')).toBe('notice-title');
    expect(await sessions()).toMatchObject([{ status: 'revoked' }]);
    await page.reload();
    await seen('Not signed in');
  });

  it('says that the session has ended', async () => {
    await page.goto(await link());
    await seen('No timer is active');
    const [session] = await sessions();
    await owner().call('DELETE', `/v1/api-keys/${session?.id}`);
    await page.reload();
    await seen('The session has ended');
  });

  it.each(['light', 'dark'] as const)(
    'fits a phone and can be used by keys alone, in %s',
    async (colorScheme) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.emulateMedia({ colorScheme });
      await owner().create({ name: 'x'.repeat(200), duration: '400d' });
      await page.goto(await link());
      await page.locator('#timers li').waitFor();
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe('sign-out');
      await page.keyboard.press('Enter');
      await seen('Signed out');
    },
  );
});
