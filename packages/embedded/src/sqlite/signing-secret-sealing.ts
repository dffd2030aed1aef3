import { DatabaseSync } from 'node:sqlite';
import type { SigningSecretBox } from '@minoots/core';

/**
 * Seals the signing secrets that lie in a database in the clear, as earlier versions left them, or sealed by an older key.
 * What they were is overwritten, in the log too. Those that cannot be opened stay as they are.
 * @param path of the database, in which nobody reads or writes meanwhile
 */
export function sealSigningSecrets(path: string, box: SigningSecretBox): void {
  const db = new DatabaseSync(path);
  try {
    const rows = db.prepare('SELECT seq, team_id, secret FROM signing_secrets').all();
    const sealed = rows.flatMap(({ seq, team_id, secret }) => {
      const anew = box.sealAnew(String(team_id), String(secret));
      return anew === null ? [] : [[anew, Number(seq)] as const];
    });
    if (sealed.length === 0) return;
    db.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; BEGIN IMMEDIATE');
    const change = db.prepare('UPDATE signing_secrets SET secret = ? WHERE seq = ?');
    for (const row of sealed) change.run(...row);
    db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}
