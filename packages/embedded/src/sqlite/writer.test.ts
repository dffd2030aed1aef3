import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StorageUnavailable } from '@minoots/core';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import { Writer } from './writer.ts';

const INSERT = 'INSERT INTO notes (text) VALUES (?)';
const note = (text: string) => [{ sql: INSERT, rows: [[text]] }];

describe('Writer', () => {
  let path: string;
  let reader: DatabaseSync;
  let writer: Writer;
  let troubles: (string | null)[];
  let removeFolder: () => Promise<void>;

  beforeEach(async () => {
    const { folder, remove } = await makeTempFolder();
    removeFolder = remove;
    path = join(folder, 'notes.db');
    reader = new DatabaseSync(path);
    reader.exec('PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT NOT NULL) STRICT');
    troubles = [];
    writer = new Writer({ path }, (trouble) => troubles.push(trouble));
  });
  afterEach(async () => {
    await writer.close();
    reader.close();
    await removeFolder();
  });

  const notes = () =>
    reader
      .prepare('SELECT text FROM notes ORDER BY rowid')
      .all()
      .map(({ text }) => text);
  const limitPages = (pages: number) =>
    writer.write([{ sql: `PRAGMA max_page_count = ${pages}`, rows: [[]] }]);

  it('shows a write to readers once it has resolved, with the rows that each run changed', async () => {
    const changes = await writer.write([
      { sql: INSERT, rows: [['a'], ['b']] },
      { sql: "UPDATE notes SET text = text || '!'", rows: [[]] },
    ]);
    expect(changes).toEqual([[1, 1], [2]]);
    expect(notes()).toEqual(['a!', 'b!']);
  });

  it('carries writes out in the order in which they were given', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `n${index}`);
    await Promise.all(texts.map((text) => writer.write(note(text))));
    expect(notes()).toEqual(texts);
  });

  it('commits the writes of one turn together', async () => {
    const before = countCommits(path);
    await Promise.all(Array.from({ length: 500 }, (_, index) => writer.write(note(`n${index}`))));
    expect(countCommits(path) - before).toBe(1);
    await writer.write(note('alone'));
    await writer.write(note('alone'));
    expect(countCommits(path) - before).toBe(3);
  });

  describe('when the disk is full', () => {
    const big = 'x'.repeat(100_000);

    it('refuses all of the group and shows nothing of it', async () => {
      await writer.write(note('before'));
      await limitPages(10);
      const group = [writer.write(note('small')), writer.write(note(big)), writer.write(note('small too'))];
      for (const result of await Promise.allSettled(group)) {
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StorageUnavailable) });
      }
      expect(notes()).toEqual(['before']);
    });

    it('takes writes again as soon as there is room', async () => {
      await limitPages(10);
      await expect(writer.write(note(big))).rejects.toThrow(/does not take writes: .*full/);
      await limitPages(1_000_000);
      await writer.write(note('after'));
      expect(notes()).toEqual(['after']);
    });

    it('says that it is in trouble until a write succeeds again, and tells of the change once', async () => {
      await limitPages(10);
      await Promise.allSettled([writer.write(note(big)), writer.write(note(big))]);
      await expect(writer.write(note(big))).rejects.toThrow(StorageUnavailable);
      expect(writer.trouble).toMatch(/full/);
      await limitPages(1_000_000);
      expect(writer.trouble).toBeNull();
      expect(troubles).toEqual([expect.stringMatching(/full/), null]);
    });
  });

  it('refuses a statement that breaks a constraint and goes on', async () => {
    await expect(writer.write([{ sql: INSERT, rows: [[null]] }])).rejects.toThrow(StorageUnavailable);
    await writer.write(note('next'));
    expect(notes()).toEqual(['next']);
  });

  it('finishes what it has taken before it closes', async () => {
    const written = [writer.write(note('first')), writer.write(note('second'))];
    await writer.close();
    await Promise.all(written);
    expect(notes()).toEqual(['first', 'second']);
  });

  it('refuses writes once it is closed, and closes twice', async () => {
    await writer.close();
    await expect(writer.write(note('late'))).rejects.toThrow(/stopping/);
    await writer.close();
  });

  it('says why it takes no writes when its thread has ended', async () => {
    const doomed = new Writer({ path: join(path, 'below-a-file.db') }, () => undefined);
    await expect(doomed.write(note('lost'))).rejects.toThrow(/writer stopped: unable to open database file/);
    expect(doomed.trouble).toMatch(/writer stopped/);
    await expect(doomed.write(note('lost too'))).rejects.toThrow(/writer stopped/);
    await doomed.close();
  });
});

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Commits in the write-ahead log: frames that carry the size of the database after them. */
function countCommits(path: string): number {
  const wal = readFileSync(`${path}-wal`);
  const frameBytes = FRAME_HEADER_BYTES + wal.readUInt32BE(8);
  let commits = 0;
  for (let frame = WAL_HEADER_BYTES; frame < wal.length; frame += frameBytes) {
    if (wal.readUInt32BE(frame + 4) > 0) commits++;
  }
  return commits;
}
