import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scope } from '@minoots/contract';
import {
  type ApiKey,
  type ApiKeyStore,
  generateApiKey,
  hashApiKey,
  OWNER_KEY_ID,
  prefixOf,
} from '@minoots/core';
import { writePrivateFile } from './private-file.ts';

/** The one team of the embedded engine. */
export const LOCAL_TEAM = 'team_local';
const KEY_FILE = 'api-key';

/** The owner's key: the one given, or the one in the data folder, which is made (mode 0600) when there is none. */
export function ownerKey(home: string, given: string | undefined): { key: string; path: string | null } {
  if (given !== undefined) return { key: given, path: null };
  const path = join(home, KEY_FILE);
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  const key = kept === '' ? writeNewKey(path) : kept;
  chmodSync(path, 0o600);
  return { key, path };
}

function writeNewKey(path: string): string {
  const key = generateApiKey();
  writePrivateFile(path, `${key}\n`);
  return key;
}

/** Makes `key` the owner's key: its hash takes the place of the one before. */
export async function admitOwner(keys: ApiKeyStore, key: string, now: number): Promise<void> {
  const hash = hashApiKey(key);
  await keys.update(LOCAL_TEAM, (known) => {
    const before = known.find(({ id, hash: other }) => id === OWNER_KEY_ID && other === hash);
    const owners: ApiKey = {
      id: OWNER_KEY_ID,
      teamId: LOCAL_TEAM,
      name: 'owner',
      prefix: prefixOf(key),
      hash,
      scopes: Scope.options,
      createdBy: 'service',
      createdAt: before?.createdAt ?? now,
      expiresAt: null,
      lastUsedAt: before?.lastUsedAt ?? null,
      uses: {},
      revokedAt: null,
      rotation: null,
    };
    return { save: [owners], result: undefined };
  });
}
