import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scope } from '@minoots/contract';
import { type ApiKeyStore, generateApiKey, hashApiKey } from '@minoots/core';

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

/** A crash leaves either no key file or a whole one. */
function writeNewKey(path: string): string {
  const key = generateApiKey();
  const draft = `${path}.new`;
  writeFileSync(draft, `${key}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
  return key;
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
