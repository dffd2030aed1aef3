import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CreatedApiKey, SignInLink, SigningSecrets } from '@minoots/contract';
import { generateSigningSecret } from '@minoots/core';
import {
  type ApiClient,
  formsOf,
  startReceiver,
  type TestReceiver,
  tellSecrets,
} from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';
import { TEST_KEY } from './support/server-process.ts';

describe('what the embedded engine stores and says', () => {
  let data: DataFolder;
  let receiver: TestReceiver;
  beforeEach(async () => {
    data = await makeDataFolder();
    receiver = await startReceiver((response, { path, headers }) =>
      response.writeHead(500).end(JSON.stringify({ path, headers })),
    );
  });
  afterEach(async () => {
    await data.close();
    await receiver.close();
  });

  /** Every byte of the data folder but one file, and every row of the database. */
  async function everythingBut(excepted: string): Promise<string> {
    const files = await readdir(data.home, { recursive: true, withFileTypes: true });
    const contents = files
      .filter((file) => file.isFile() && file.name !== excepted)
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
    return [...(await Promise.all(contents)), rowsOf(data.file('minoots.db'))].join('\n');
  }

  it('holds no key, no named secret and no signing secret, once these are made', async () => {
    const server = data.launch({ env: { MINOOTS_LOG_LEVEL: 'debug' } });
    const api = await server.ready();
    const { secrets, said, stored } = await tellSecrets(api, receiver);
    const [used, unused] = [await signInCode(api), await signInCode(api)];
    const body = { code: used };
    const { key } = await api.read(CreatedApiKey, 201, 'POST', '/v1/sessions', { body });
    const again = await api.call('POST', '/v1/sessions', { body });
    const running = await everythingBut('secret-key');
    const { stdout, stderr } = await server.stop('SIGTERM');
    const stopped = await everythingBut('secret-key');
    for (const text of stored) expect(running + stopped).toContain(text);
    const places = { said: said + again.text, stdout, stderr, running, stopped };
    const sealingKey = (await readFile(data.file('secret-key'), 'utf8')).trim();
    const all = new Map([
      ...secrets,
      ['the owner’s key', TEST_KEY],
      ['the sealing key', sealingKey],
      ['the code of a link that was used', used],
      ['the code of a link', unused],
      ['the key of a session', key],
    ]);
    expect(all.size).toBe(12);
    expect(foundIn(places, all)).toEqual([]);
  });

  it('shows the same search finding what lies in the clear', async () => {
    const server = data.launch();
    const api = await server.ready();
    await api.create({ name: 'correct-horse-battery-staple' });
    const running = await everythingBut('secret-key');
    const secrets = new Map([['name', 'correct-horse-battery-staple']]);
    expect(foundIn({ running }, secrets)).toEqual(['name in running']);
  });

  it('holds no signing secret of before these were sealed', async () => {
    const first = data.launch();
    await (await first.ready()).get(SigningSecrets, '/v1/signing-secrets');
    await first.stop('SIGTERM');
    const clear = generateSigningSecret();
    const database = new DatabaseSync(data.file('minoots.db'));
    database.prepare('UPDATE signing_secrets SET secret = ?').run(clear);
    database.close();
    await rm(data.file('secret-key'));
    const secrets = new Map([['signing secret', clear.slice('whsec_'.length)]]);
    expect(foundIn({ before: await everythingBut('') }, secrets)).toEqual(['signing secret in before']);
    const second = data.launch();
    const api = await second.ready();
    expect(await api.get(SigningSecrets, '/v1/signing-secrets')).toEqual({ secrets: [clear] });
    expect(foundIn({ running: await everythingBut('') }, secrets)).toEqual([]);
    await second.stop('SIGTERM');
    expect(foundIn({ stopped: await everythingBut('') }, secrets)).toEqual([]);
  });
});

async function signInCode(api: ApiClient): Promise<string> {
  const { url } = await api.read(SignInLink, 201, 'POST', '/v1/sign-in-links');
  return new URL(url).hash.slice('#code='.length);
}

/** The text in every column of every table; a long one may be cut in two in the file. */
function rowsOf(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables
      .flatMap(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all())
      .map((row) => JSON.stringify(row))
      .join('\n');
  } finally {
    database.close();
  }
}

function foundIn(places: Record<string, string>, secrets: ReadonlyMap<string, string>): string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    [...secrets]
      .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${place}`),
  );
}
