import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file that its owner alone may read. A crash leaves either no file or a whole one. */
export function writePrivateFile(path: string, text: string): void {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, path);
}
