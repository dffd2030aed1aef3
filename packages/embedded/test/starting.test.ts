import { once } from 'node:events';
import { chmod, chown, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CreatedTimer, Timer } from '@minoots/contract';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';

const EXIT_UNAVAILABLE = 69;
const EXIT_IN_USE = 73;
const EXIT_IO = 74;
const EXIT_CONFIG = 78;
const NOBODY = 65_534;
/** One line that says what to do. */
const WRITABLE = /^minoots: [^\n]+\. Make [^\n]+ writable [^\n]+ or set MINOOTS_HOME to another folder\.\n$/;

describe('starting the server', () => {
  let data: DataFolder;
  beforeEach(async () => {
    data = await makeDataFolder();
  });
  afterEach(() => data.close());

  /** Leaves a data folder with one timer in it, closed in order. */
  const fillFolder = async (): Promise<CreatedTimer> => {
    const server = data.launch();
    const timer = await (await server.ready()).create();
    expect((await server.stop('SIGTERM')).code).toBe(0);
    return timer;
  };

  /** Starts a server that must refuse; gives what it said. */
  const refusal = async (code: number, env: Record<string, string | undefined> = {}): Promise<string> => {
    const exit = await data.launch({ env }).exit;
    expect(exit).toMatchObject({ code, signal: null, stdout: '' });
    expect(exit.stderr).toMatch(/^minoots: [^\n]+\n$/);
    return exit.stderr;
  };

  it('serves in watch mode, in which Node sends messages of its own from every thread', async () => {
    const server = data.launch({ env: { WATCH_REPORT_DEPENDENCIES: '1' } });
    await (await server.ready()).create();
    expect((await server.stop('SIGTERM')).code).toBe(0);
  });

  it('says where it listens, where its data and its key are, and what to try', async () => {
    const server = data.launch({ env: { MINOOTS_API_KEY: undefined } });
    await server.ready();
    const { url } = JSON.parse(await readFile(data.file('server.json'), 'utf8'));
    expect(server.stdout).toContain(`listens on ${url}\n`);
    expect(server.stdout).toContain(`Data      ${data.home}\n`);
    expect(server.stdout).toContain(`API key   ${data.file('api-key')}\n`);
    expect(server.stdout.match(/^ {2}curl /gm)).toHaveLength(3);
  });

  it('makes a key that only the owner can read, keeps its hash alone, and takes it again next time', async () => {
    const env = { MINOOTS_API_KEY: undefined };
    const first = data.launch({ env });
    await (await first.ready()).create();
    const key = (await readFile(data.file('api-key'), 'utf8')).trim();
    expect(key).toMatch(/^mnt_live_[A-Za-z0-9]{38}$/);
    expect((await stat(data.file('api-key'))).mode & 0o777).toBe(0o600);
    expect((await stat(data.home)).mode & 0o777).toBe(0o700);
    await first.stop('SIGKILL');
    for (const entry of await readdir(data.home, { recursive: true, withFileTypes: true })) {
      if (entry.name === 'api-key' || !entry.isFile()) continue;
      expect((await readFile(join(entry.parentPath, entry.name))).includes(key)).toBe(false);
    }
    const second = data.launch({ env });
    await (await second.ready()).create();
    expect((await readFile(data.file('api-key'), 'utf8')).trim()).toBe(key);
  });

  it('makes a key anew when a crash left an empty key file', async () => {
    await fillFolder();
    await writeFile(data.file('api-key'), '');
    await (await data.launch({ env: { MINOOTS_API_KEY: undefined } }).ready()).create();
    expect(await readFile(data.file('api-key'), 'utf8')).toMatch(/^mnt_live_\w+\n$/);
  });

  it('does not share a folder with another server', async () => {
    const first = data.launch();
    const api = await first.ready();
    const said = await refusal(EXIT_IN_USE);
    expect(said).toContain(data.home);
    expect(said).toMatch(/in use by another MINOOTS process/);
    await api.create();
    await first.stop('SIGKILL');
    await data.launch().ready();
  });

  it('lets one of two servers that start at the same moment have the folder', async () => {
    const servers = [data.launch(), data.launch(), data.launch()];
    const ended = await Promise.race(servers.map(({ exit }) => exit));
    expect(ended.code).toBe(EXIT_IN_USE);
    const outcomes = await Promise.all(
      servers.map((server) =>
        Promise.race([server.ready().then(() => 'ready'), server.exit.then(({ code }) => code)]),
      ),
    );
    expect(outcomes.sort()).toEqual([EXIT_IN_USE, EXIT_IN_USE, 'ready']);
  });

  describe('with a database that it cannot use', () => {
    let before: Buffer;
    const database = () => readFile(data.file('minoots.db'));
    const expectUntouched = async () => expect((await database()).equals(before)).toBe(true);

    it('refuses one whose header is garbage, and leaves it as it is', async () => {
      await fillFolder();
      const damaged = await database();
      damaged.fill('garbage!', 0, 100);
      await writeFile(data.file('minoots.db'), damaged);
      before = damaged;
      expect(await refusal(EXIT_IO)).toMatch(/minoots\.db is damaged .*Restore it from a backup/);
      await expectUntouched();
    });

    it.each([1, 600, 10_000])(
      'refuses one that was cut to %d bytes, and leaves it as it is',
      async (bytes) => {
        await fillFolder();
        await truncate(data.file('minoots.db'), bytes);
        before = await database();
        expect(await refusal(EXIT_IO)).toMatch(/minoots\.db is damaged .*Restore it from a backup/);
        await expectUntouched();
      },
    );

    it('refuses one of a newer version, and leaves it as it is', async () => {
      await fillFolder();
      const db = new DatabaseSync(data.file('minoots.db'));
      db.exec('PRAGMA user_version = 999');
      db.close();
      before = await database();
      expect(await refusal(EXIT_IO)).toMatch(/newer version of MINOOTS \(schema 999; .*Upgrade MINOOTS/);
      await expectUntouched();
    });
  });

  describe('with a folder that it cannot write', () => {
    it('refuses a folder below a file', async () => {
      const file = join(data.home, '..', 'file');
      await writeFile(file, '');
      const said = await refusal(EXIT_IO, { MINOOTS_HOME: join(file, 'data') });
      expect(said).toMatch(WRITABLE);
    });

    it('refuses a folder that is read-only, new or with data in it', async () => {
      const timer = await fillFolder();
      const names = await readdir(data.home);
      const uid = process.getuid?.() === 0 ? { uid: NOBODY } : {};
      const setModes = async (folderMode: number, fileMode: number) => {
        for (const name of names) await chmod(data.file(name), fileMode);
        await chmod(data.home, folderMode);
      };
      await chmod(join(data.home, '..'), 0o755);
      if (process.getuid?.() === 0) await chown(data.home, NOBODY, NOBODY);
      await setModes(0o555, 0o444);
      const exit = await data.launch(uid).exit;
      expect(exit).toMatchObject({ code: EXIT_IO, stdout: '' });
      expect(exit.stderr).toMatch(WRITABLE);
      const empty = await data.launch({ ...uid, env: { MINOOTS_HOME: data.file('new') } }).exit;
      expect(empty).toMatchObject({ code: EXIT_IO, stdout: '', stderr: expect.stringMatching(WRITABLE) });
      await setModes(0o755, 0o644);
      expect(await (await data.launch().ready()).get(Timer, `/v1/timers/${timer.id}`)).toMatchObject({
        name: timer.name,
      });
    });
  });

  it('refuses a port that is taken, and frees the folder', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    expect(await refusal(EXIT_UNAVAILABLE, { PORT: port })).toMatch(/port is taken .*Set PORT/);
    other.close();
    expect(await readdir(data.home)).not.toContain('server.json');
    await data.launch().ready();
  });

  it('refuses an address that is not of this machine', async () => {
    expect(await refusal(EXIT_UNAVAILABLE, { HOST: '192.0.2.1' })).toMatch(/192\.0\.2\.1.*Set HOST and PORT/);
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT must be a number'],
    [{ MINOOTS_API_KEY: 'too-short' }, 'MINOOTS_API_KEY must have 20 characters or more'],
    [{ MINOOTS_CLOCK: 'sundial', PORT: '65536' }, /PORT .*; MINOOTS_CLOCK /],
  ])('refuses the settings %j and names them', async (env, message) => {
    const said = await refusal(EXIT_CONFIG, env);
    expect(said).toMatch(message);
    expect(said).not.toContain('too-short');
  });
});
