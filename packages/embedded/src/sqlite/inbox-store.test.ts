import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from '@minoots/core';
import { sampleMessage } from '@minoots/core/testing';
import { type OpenStore, openStore } from '../../test/support/open-store.ts';
import { SqliteInboxStore } from './inbox-store.ts';

const NOW = Date.UTC(2030, 0, 1);

describe('SqliteInboxStore', () => {
  let opened: OpenStore<SqliteInboxStore>;
  beforeEach(async () => {
    opened = await openStore((database) => new SqliteInboxStore(database));
  });
  afterEach(() => opened.close());

  const message = (n: number, fields: Partial<Message> = {}) =>
    sampleMessage({ id: `msg_${String(n).padStart(22, '0')}`, ...fields }, NOW);
  const rowsOf = (table: string) =>
    Number(opened.database.read.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count);

  it('removes what has expired, with what agents have acknowledged of it', async () => {
    const { store } = opened;
    const [old, recent] = [message(1, { toAgent: null, expiresAt: NOW + 5 }), message(2, { toAgent: null })];
    for (const each of [old, recent]) {
      await store.insert(each, 10);
      const key = { teamId: each.teamId, messageId: each.id };
      await store.acknowledge(key, { agentId: 'agent-1', by: 'key_1', at: NOW, note: null });
    }
    await store.purge(NOW + 4);
    expect([rowsOf('messages'), rowsOf('message_acks')]).toEqual([2, 2]);
    await store.purge(NOW + 5);
    expect([rowsOf('messages'), rowsOf('message_acks')]).toEqual([1, 1]);
    expect(await store.get({ teamId: old.teamId, messageId: old.id })).toBeNull();
    expect(await store.get({ teamId: recent.teamId, messageId: recent.id })).not.toBeNull();
  });

  it('takes no more than so many of parallel messages', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => opened.store.insert(message(n), 7)),
    );
    expect(outcomes.filter(({ type }) => type === 'inserted')).toHaveLength(7);
    expect(rowsOf('messages')).toBe(7);
  });

  it('ends every watch when it is closed', async () => {
    const inbox = { teamId: 'team_a', agentId: 'agent-1' };
    const before = await opened.store.watch(inbox);
    opened.store.close();
    for (const watch of [before, await opened.store.watch(inbox)])
      for await (const _ of watch.arrivals) throw new Error('nothing has come in');
  });
});
