import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiClient, startReceiver, type TestReceiver, until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';

const VALUE = 'correct-horse-battery-staple';

describe('the secrets of the embedded engine', () => {
  let data: DataFolder;
  let receiver: TestReceiver;
  beforeEach(async () => {
    data = await makeDataFolder();
    receiver = await startReceiver((response, { headers }) =>
      response.writeHead(500).end(JSON.stringify(headers)),
    );
  });
  afterEach(async () => {
    await data.close();
    await receiver.close();
  });

  const set = (api: ApiClient, value = VALUE) => api.call('PUT', '/v1/secrets/TOKEN', { body: { value } });
  /** Fires a timer whose webhook sends the secret, and gives what is known of the attempt. */
  async function use(api: ApiClient): Promise<{ id: string; error: string | null }> {
    const webhook = {
      url: `${receiver.url}/\${secret.TOKEN}`,
      headers: { authorization: 'Bearer ${secret.TOKEN}' },
    };
    const retry = { max_attempts: 1 };
    const { id } = await api.create({ duration: 1, retry, events: { on_expire: { webhook } } });
    return until('the attempt', async () => {
      const timer = await api.timer(id);
      return timer.status === 'failed'
        ? { id, error: timer.deliveries[0]?.attempts[0]?.error ?? null }
        : null;
    });
  }

  it('are in no file of the data folder, no word of the log and no event, once set and used', async () => {
    const server = data.launch({ env: { MINOOTS_LOG_LEVEL: 'debug' } });
    const api = await server.ready();
    const stream = await api.open('/v1/events');
    expect((await set(api)).text).not.toContain(VALUE);
    const { id, error } = await use(api);
    expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${VALUE}`);
    expect(error).toBe('answered 500');
    const events = await readUntil(stream, id, 'timer.failed');
    expect((await stat(data.file('secret-key'))).mode & 0o777).toBe(0o600);
    const { stdout, stderr } = await server.stop('SIGTERM');
    const files = await readdir(data.home, { recursive: true, withFileTypes: true });
    const contents = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
    const stored = (await Promise.all(contents)).join('\n');
    expect(stored).toContain(id);
    for (const text of [stored, stdout, stderr, events]) {
      for (const encoding of ['utf8', 'base64', 'hex'] as const)
        expect(text).not.toContain(Buffer.from(VALUE).toString(encoding));
    }
  });

  it('survive a restart, and go on after the key was rotated', async () => {
    const first = data.launch();
    await set(await first.ready());
    await first.stop('SIGKILL');
    const old = await readFile(data.file('secret-key'), 'utf8');
    const newer = `${Buffer.alloc(32, 7).toString('base64')}\n`;
    await writeFile(data.file('secret-key'), newer + old, { mode: 0o600 });
    const api = await data.launch().ready();
    await use(api);
    expect(receiver.requests.at(-1)?.path).toBe(`/${VALUE}`);
  });

  it('cannot be used without their key, which the attempt says', async () => {
    const api = await data.launch().ready();
    await set(api);
    await rename(data.file('secret-key'), data.file('secret-key.lost'));
    const { error } = await use(api);
    expect(error).toMatch(
      /^the service does not have the key [0-9a-f]{8} that the secret TOKEN was sealed with$/,
    );
    expect(receiver.requests).toHaveLength(0);
  });

  it('do not make a timer of Cloud Functions possible where nobody gives out identity tokens', async () => {
    const api = await data.launch().ready();
    const on_expire = { cloud_function: { url: 'https://us-central1-p.cloudfunctions.net/report' } };
    const body = { name: 'x', duration: '1h', events: { on_expire } };
    const problem = await api.refusal(422, 'POST', '/v1/timers', { body });
    expect(problem).toMatchObject({
      code: 'action_unavailable',
      errors: [{ pointer: '/events/on_expire', message: expect.stringContaining('no identity') }],
    });
  });
});

/** The text of a stream up to the event of a timer. */
async function readUntil(response: Response, id: string, type: string): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.split('\n\n').some((event) => event.includes(type) && event.includes(id))) break;
  }
  return text;
}
