import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_SECRET_BYTES, MAX_SECRETS } from '@minoots/contract';
import { generateSecretKey, readSecretKeys, SecretBox } from '../identity/secret-box.ts';
import type { AuditLog } from './audit-log.ts';
import { type SecretStore, SecretsUnavailable } from './secret-store.ts';

const AT = Date.UTC(2030, 0, 1);

export interface SecretStoreHarness {
  /** A store over what the ones before kept, as another process would have it. */
  open(box: SecretBox): SecretStore;
  /** All that is stored, as text. */
  dump(): Promise<string>;
  /** Where notes go. */
  audit: AuditLog;
  close(): Promise<void>;
}

/** What every SecretStore keeps to. */
export function secretStoreContract(name: string, start: () => Promise<SecretStoreHarness>): void {
  describe(`${name} as a SecretStore`, () => {
    let harness: SecretStoreHarness;
    let store: SecretStore;
    let keys: string[];
    const newBox = () => new SecretBox(() => readSecretKeys(keys.join('\n')));
    beforeEach(async () => {
      harness = await start();
      keys = [generateSecretKey()];
      store = harness.open(newBox());
    });
    afterEach(() => harness.close());

    const put = (secret: string, value: string, at = AT) => store.put('team_a', { name: secret, value, at });
    const valueFor = async (secret: string, from = store) =>
      (await from.values('team_a', [secret])).get(secret);

    it('has nothing of a team that has set nothing', async () => {
      expect(await store.list('team_a')).toEqual([]);
      expect(await store.values('team_a', ['TOKEN', 'constructor'])).toEqual(new Map());
      expect(await store.delete('team_a', 'TOKEN')).toBeNull();
    });

    it('writes notes with a change, and none without one', async () => {
      const noted = (action: string) => ({
        at: AT,
        actor: 'usr_1',
        action,
        subject: 'TOKEN',
        message: action,
      });
      await store.put('team_a', { name: 'TOKEN', value: 'value of a', at: AT }, [noted('set')]);
      await store.delete('team_a', 'OTHER', [noted('removed nothing')]);
      await store.delete('team_a', 'TOKEN', [noted('removed')]);
      const { entries } = await harness.audit.list('team_a', 10);
      const all = [noted('removed'), noted('set')].map((note) => ({ ...note, id: expect.any(String) }));
      expect(entries).toEqual(all);
    });

    it.each([
      ['plain text', 'correct horse battery staple'],
      ['anything of Unicode', 'Schlüssel ☕ 𝄞\u0000"\\'],
      ['the largest value', 'é'.repeat(MAX_SECRET_BYTES / 2)],
    ])('gives %s back as it was, in other processes too', async (_, value) => {
      await put('TOKEN', value);
      expect(await valueFor('TOKEN')).toBe(value);
      expect(await valueFor('TOKEN', harness.open(newBox()))).toBe(value);
    });

    it('lists names and times, and gives only the values that are asked for', async () => {
      expect(await put('B_TOKEN', 'value of b')).toEqual({ name: 'B_TOKEN', createdAt: AT, updatedAt: AT });
      await put('A_TOKEN', 'value of a');
      await put('B_TOKEN', 'new value of b', AT + 1);
      expect(await store.list('team_a')).toEqual([
        { name: 'A_TOKEN', createdAt: AT, updatedAt: AT },
        { name: 'B_TOKEN', createdAt: AT, updatedAt: AT + 1 },
      ]);
      expect(await store.values('team_a', ['B_TOKEN', 'C_TOKEN'])).toEqual(
        new Map([['B_TOKEN', 'new value of b']]),
      );
    });

    it('keeps teams apart', async () => {
      await put('TOKEN', 'value of a');
      await store.put('team_b', { name: 'TOKEN', value: 'value of b', at: AT });
      expect(await valueFor('TOKEN')).toBe('value of a');
      expect(await store.delete('team_b', 'TOKEN')).toMatchObject({ name: 'TOKEN' });
      expect(await store.list('team_a')).toHaveLength(1);
    });

    it('removes a secret', async () => {
      await put('TOKEN', 'correct horse');
      expect(await valueFor('TOKEN')).toBe('correct horse');
      expect(await store.delete('team_a', 'TOKEN')).toEqual({ name: 'TOKEN', createdAt: AT, updatedAt: AT });
      expect(await valueFor('TOKEN')).toBeUndefined();
      expect(await store.list('team_a')).toEqual([]);
    });

    it('stores no value that could be read without the key', async () => {
      const value = 'correct horse battery staple';
      await put('TOKEN', value);
      const stored = await harness.dump();
      expect(stored).toContain('TOKEN');
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const)
        expect(stored).not.toContain(Buffer.from(value).toString(encoding));
    });

    it('opens what older keys have sealed, and seals by the newest', async () => {
      await put('TOKEN', 'sealed by the old key');
      const [old = ''] = keys;
      keys = [generateSecretKey(), old];
      const rotated = harness.open(newBox());
      expect(await valueFor('TOKEN', rotated)).toBe('sealed by the old key');
      await rotated.put('team_a', { name: 'TOKEN', value: 'sealed by the new key', at: AT });
      keys.pop();
      expect(await valueFor('TOKEN', harness.open(newBox()))).toBe('sealed by the new key');
    });

    it('says so when the key is not there, and still lists and removes', async () => {
      await put('TOKEN', 'correct horse');
      keys = [generateSecretKey()];
      const keyless = harness.open(newBox());
      await expect(keyless.values('team_a', ['TOKEN'])).rejects.toThrow(SecretsUnavailable);
      keys = [];
      const newcomer = { name: 'OTHER', value: 'correct horse', at: AT };
      await expect(harness.open(newBox()).put('team_a', newcomer)).rejects.toThrow(SecretsUnavailable);
      expect(await keyless.list('team_a')).toHaveLength(1);
      expect(await keyless.delete('team_a', 'TOKEN')).not.toBeNull();
    });

    it('takes so many secrets and no more, and goes on changing those', async () => {
      const names = Array.from({ length: MAX_SECRETS - 5 }, (_, index) => `S${index}`);
      while (names.length > 0)
        await Promise.all(names.splice(0, 10).map((secret) => put(secret, 'correct horse')));
      const rivals = Array.from({ length: 10 }, (_, index) => put(`RIVAL${index}`, 'correct horse'));
      const outcomes = await Promise.all(rivals);
      expect(outcomes.filter((outcome) => outcome !== 'too-many')).toHaveLength(5);
      expect(await put('S0', 'changed value')).toMatchObject({ name: 'S0' });
      expect(await put('ONE_MORE', 'correct horse')).toBe('too-many');
      expect(await store.list('team_a')).toHaveLength(MAX_SECRETS);
      await store.delete('team_a', 'S0');
      expect(await put('ONE_MORE', 'correct horse')).toMatchObject({ name: 'ONE_MORE' });
    });
  });
}
