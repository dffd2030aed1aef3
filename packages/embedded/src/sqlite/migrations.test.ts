import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import { SqliteApiKeyStore } from './api-key-store.ts';
import { openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

describe('MIGRATIONS', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await makeTempFolder());
  });
  afterEach(() => remove());

  /** Leaves a database as it was before the change that adds `text`, after carrying out `sql` on it. */
  function fillBefore(text: string, sql: string): void {
    const version = MIGRATIONS.findIndex((script) => script.includes(text));
    const database = new DatabaseSync(join(folder, 'minoots.db'));
    for (const script of MIGRATIONS.slice(0, version)) database.exec(script);
    database.exec(`${sql}; PRAGMA user_version = ${version};`);
    database.close();
  }

  it('keep the keys of before keys had names, ends and rotations', async () => {
    const hash = 'ab'.repeat(32);
    fillBefore(
      'ADD COLUMN works_until',
      `INSERT INTO api_keys VALUES ('key_1', 'team_a', '${hash}', 'timers:read timers:write', 7)`,
    );
    const database = openDatabase(folder);
    const store = new SqliteApiKeyStore(database);
    expect(await store.findByHash(hash)).toEqual({
      id: 'key_1',
      teamId: 'team_a',
      hash,
      scopes: ['timers:read', 'timers:write'],
      createdAt: 7,
      name: 'unnamed',
      prefix: '',
      createdBy: 'service',
      expiresAt: null,
      lastUsedAt: null,
      uses: {},
      revokedAt: null,
      rotation: null,
    });
    await store.touch({ teamId: 'team_a', id: 'key_1' }, 9);
    expect((await store.list('team_a'))[0]?.lastUsedAt).toBe(9);
    await database.close();
  });
});
