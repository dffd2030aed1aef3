import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

describe('firestore.rules', () => {
  it('deny every read and write of every document', async () => {
    const rules = await readFile(join(import.meta.dirname, '../../../firestore.rules'), 'utf8');
    const statements = rules.replace(/\/\/.*$/gm, '').replace(/\s+/g, ' ');
    expect(statements).toContain('match /{document=**} { allow read, write: if false; }');
    expect(statements.match(/\ballow\b/g)).toHaveLength(1);
  });
});
