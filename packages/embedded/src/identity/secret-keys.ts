import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSecretKey, readSecretKeys, type SecretKey } from '@minoots/core';
import { writePrivateFile } from './private-file.ts';

const KEY_FILE = 'secret-key';

/**
 * The keys that seal the secrets in the data folder, one on each line of a file there (mode 0600), newest first. A key is
 * made when the first secret is set.
 */
export function localSecretKeys(home: string): () => readonly SecretKey[] {
  const path = join(home, KEY_FILE);
  return () => {
    if (!existsSync(path)) writePrivateFile(path, `${generateSecretKey()}\n`);
    chmodSync(path, 0o600);
    return readSecretKeys(readFileSync(path, 'utf8'));
  };
}
