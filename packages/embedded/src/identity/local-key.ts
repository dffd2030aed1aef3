import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scope } from '@minoots/contract';
import type { ApiKeyStore } from '@minoots/core';
import { generateApiKey, hashApiKey } from './api-key.ts';

/** The one team of the embedded engine. */
export const LOCAL_TEAM = 'team_local';
const KEY_FILE = 'api-key';

/** The owner's key: the one given, or the one in the data folder, which is made (mode 0600) when there is none. */
export function ownerKey(home: string, given: string | undefined): { key: string; path: string | null } {
  if (given !== undefined) return { key: given, path: null };
  const path = join(home, KEY_FILE);
  if (!existsSync(path)) writeFileSync(path, `${generateApiKey()}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  return { key: readFileSync(path, 'utf8').trim(), path };
}

/** Makes `key` the owner's key: its hash takes the place of the one before. */
export async function admitOwner(keys: ApiKeyStore, key: string, now: number): Promise<void> {
  await keys.put({
    id: 'key_owner',
    teamId: LOCAL_TEAM,
    hash: hashApiKey(key),
    scopes: Scope.options,
    createdAt: now,
  });
}
