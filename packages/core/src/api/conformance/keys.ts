import { describe, expect, it } from '@jest/globals';
import {
  ApiKey,
  ApiKeyList,
  CreatedApiKey,
  READ_ONLY_SCOPES,
  type Scope,
  TEAM_KEY_SCOPES,
  TimerPage,
} from '@minoots/contract';
import { until } from '../../testing/until.ts';
import { ApiClient, pointers, readBody, readProblem } from './client.ts';
import type { Suite } from './suite.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** API keys: made, used, rotated, ended. */
export function keepingKeys({ api, server, hasFrontEnd }: Suite): void {
  const create = (fields: object = {}, by = api()) =>
    by.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', {
      body: { name: 'ci', scopes: ['timers:read'], ...fields },
    });
  const rotate = (id: string, body?: object) =>
    api().read(CreatedApiKey, 201, 'POST', `/v1/api-keys/${id}/rotate`, { body });
  const revoke = (id: string) => api().read(ApiKey, 200, 'DELETE', `/v1/api-keys/${id}`);
  const withKey = (key: string) => new ApiClient({ baseUrl: server().baseUrl, key });
  const find = async (id: string) =>
    (await api().get(ApiKeyList, '/v1/api-keys')).data.find((key) => key.id === id);
  const works = async (key: string) => (await withKey(key).call('GET', '/v1/timers')).status === 200;
  /** Other processes may have a key in mind for ten seconds. */
  const isRefused = (key: string) =>
    hasFrontEnd
      ? until('the key to be refused', async () => ((await works(key)) ? null : true))
      : works(key).then((answer) => !answer);

  describe('/v1/api-keys', () => {
    it('makes a key that works at once, shows it once, and lists it without it', async () => {
      const { key, ...made } = await create({ name: 'deploy ☕' });
      expect(made).toMatchObject({
        name: 'deploy ☕',
        prefix: key.slice(0, 13),
        scopes: ['timers:read'],
        status: 'active',
        expires_at: null,
        last_used_at: null,
        replaced_by: null,
      });
      await withKey(key).get(TimerPage, '/v1/timers');
      const list = await api().call('GET', '/v1/api-keys');
      expect(list.text).not.toContain(key.slice(13));
      const used = await until('its use to be noted', async () => {
        const found = await find(made.id);
        return found?.last_used_at ? found : null;
      });
      expect({ ...used, last_used_at: null }).toEqual(made);
      await revoke(made.id);
    });

    it('makes keys of both kinds, and one that sees all and changes nothing', async () => {
      const [live, test] = [await create({ kind: 'live' }), await create({ kind: 'test' })];
      expect([live.key.slice(0, 9), test.key.slice(0, 9)]).toEqual(['mnt_live_', 'mnt_test_']);
      const reader = await create({ scopes: 'read-only' });
      expect([...reader.scopes].sort()).toEqual([...READ_ONLY_SCOPES].sort());
      const problem = await withKey(reader.key).refusal(403, 'POST', '/v1/timers', { body: {} });
      expect(problem).toMatchObject({ code: 'forbidden', required_scope: 'timers:write' });
      for (const { id } of [live, test, reader]) await revoke(id);
    });

    it.each<[object, string]>([
      [{ scopes: [] }, '/scopes'],
      [{ scopes: ['timers:read', 'account'] }, '/scopes/1'],
      [{ scopes: ['teams:own'] }, '/scopes/0'],
      [{ scopes: 'all' }, '/scopes'],
      [{ name: '' }, '/name'],
      [{ expires_at: '2001-01-01T00:00:00Z' }, '/expires_at'],
      [{ expires_at: '9999-12-31T23:59:59Z' }, '/expires_at'],
      [{ kind: 'best' }, '/kind'],
    ])('refuses %j', async (fields, pointer) => {
      const body = { name: 'ci', scopes: ['timers:read'], ...fields };
      const problem = await api().refusal(400, 'POST', '/v1/api-keys', { body });
      expect(pointers(problem).some((found) => pointer.startsWith(found) || found === pointer)).toBe(true);
    });

    it('gives no key more than the key that asks may do', async () => {
      const admin = await create({ scopes: ['teams:admin', 'timers:read'] });
      const strong = await create({ scopes: ['timers:write'] });
      const weak = await create({ scopes: ['timers:read'] });
      const asAdmin = withKey(admin.key);
      const refusals = await Promise.all([
        asAdmin.refusal(403, 'POST', '/v1/api-keys', { body: { name: 'x', scopes: ['timers:write'] } }),
        asAdmin.refusal(403, 'POST', '/v1/api-keys', { body: { name: 'x', scopes: 'read-only' } }),
        asAdmin.refusal(403, 'POST', `/v1/api-keys/${strong.id}/rotate`),
      ]);
      for (const { code } of refusals) expect(code).toBe('forbidden');
      const made = await create({ scopes: ['timers:read'] }, asAdmin);
      expect(made.created_by).toBe(admin.id);
      const rotated = await asAdmin.read(CreatedApiKey, 201, 'POST', `/v1/api-keys/${weak.id}/rotate`);
      expect(rotated.scopes).toEqual(['timers:read']);
      for (const { id } of [admin, strong, weak, made, rotated]) await revoke(id);
    });

    it('is for administrators alone', async () => {
      const scopes = TEAM_KEY_SCOPES.filter((scope: Scope) => scope !== 'teams:admin');
      const { id, key } = await create({ scopes });
      const asOther = withKey(key);
      const body = { name: 'x', scopes: ['timers:read'] };
      for (const [method, path] of [
        ['GET', '/v1/api-keys'],
        ['POST', '/v1/api-keys'],
        ['POST', `/v1/api-keys/${id}/rotate`],
        ['DELETE', `/v1/api-keys/${id}`],
      ] as const) {
        const problem = await asOther.refusal(403, method, path, method === 'POST' ? { body } : {});
        expect(problem.required_scope).toBe('teams:admin');
      }
      await revoke(id);
    });

    it('knows no key that is not there', async () => {
      await api().refusal(404, 'DELETE', '/v1/api-keys/key_nobody');
      await api().refusal(404, 'POST', '/v1/api-keys/key_nobody/rotate');
      expect(pointers(await api().refusal(400, 'DELETE', '/v1/api-keys/nonsense'))).toEqual(['{id}']);
    });

    it('repeats no key under the same Idempotency-Key, and makes one', async () => {
      const post = (name: string) =>
        api().call('POST', '/v1/api-keys', {
          body: { name, scopes: ['timers:read'] },
          headers: { 'idempotency-key': 'make-one-key' },
        });
      const made = readBody(await post('once'), 201, CreatedApiKey);
      const again = await post('once');
      expect(readProblem(again, 409)).toMatchObject({ code: 'shown_once', id: made.id });
      expect(again.text).not.toContain(made.key.slice(13));
      expect(readProblem(await post('other'), 422).code).toBe('idempotency_mismatch');
      const { data } = await api().get(ApiKeyList, '/v1/api-keys');
      expect(data.filter(({ name }) => name === 'once')).toHaveLength(1);
      await revoke(made.id);
    });
  });

  describe('a key that has an end', () => {
    it('works until then and not after', async () => {
      const { created_at: createdAt, ...probe } = await create();
      await revoke(probe.id);
      const expires_at = new Date(Date.parse(createdAt) + HOUR_MS).toISOString();
      const { id, key } = await create({ expires_at });
      await server().advance(HOUR_MS / 2);
      expect(await works(key)).toBe(true);
      await server().advance(HOUR_MS / 2);
      expect(await works(key)).toBe(false);
      expect(await find(id)).toMatchObject({ status: 'expired', expires_at });
      expect((await api().refusal(409, 'POST', `/v1/api-keys/${id}/rotate`)).code).toBe('invalid_state');
    });
  });

  describe('a key that is rotated', () => {
    it('works beside the new one until the overlap ends', async () => {
      const old = await create();
      const made = await rotate(old.id, { overlap: '2h' });
      expect(made).toMatchObject({ name: 'ci', scopes: ['timers:read'], replaced_by: null });
      expect(made.id).not.toBe(old.id);
      expect([await works(old.key), await works(made.key)]).toEqual([true, true]);
      expect(await find(old.id)).toMatchObject({ status: 'active', replaced_by: made.id });
      await server().advance(2 * HOUR_MS);
      expect([await works(old.key), await works(made.key)]).toEqual([false, true]);
      expect(await find(old.id)).toMatchObject({ status: 'expired', replaced_by: made.id });
      await revoke(made.id);
    });

    it('works for a day more unless told, and not at all where the overlap is 0', async () => {
      const [first, second] = [await create(), await create()];
      const made = await rotate(first.id);
      const end = (await find(first.id))?.expires_at ?? '';
      expect(Date.parse(end) - Date.parse(made.created_at)).toBe(DAY_MS);
      const other = await rotate(second.id, { overlap: 0 });
      expect([await isRefused(second.key), await works(other.key)]).toEqual([true, true]);
      for (const { id } of [made, other]) await revoke(id);
    });

    it('is refused another time, and so is a revoked one', async () => {
      const old = await create();
      const made = await rotate(old.id);
      for (const id of [old.id, (await revoke(made.id)).id]) {
        expect((await api().refusal(409, 'POST', `/v1/api-keys/${id}/rotate`)).code).toBe('invalid_state');
      }
      await revoke(old.id);
    });

    it.each([-1, '8d', 'long'])('refuses an overlap of %j', async (overlap) => {
      const { id } = await create();
      const problem = await api().refusal(400, 'POST', `/v1/api-keys/${id}/rotate`, { body: { overlap } });
      expect(pointers(problem)).toEqual(['/overlap']);
      await revoke(id);
    });
  });

  describe('a key that is revoked', () => {
    it('works no more, and revoking it again changes nothing', async () => {
      const { id, key } = await create();
      expect(await works(key)).toBe(true);
      const revoked = await revoke(id);
      expect(revoked.status).toBe('revoked');
      expect(await isRefused(key)).toBe(true);
      expect(await revoke(id)).toMatchObject({ id, status: 'revoked' });
      expect((await find(id))?.status).toBe('revoked');
    });

    it('may be the one that asks', async () => {
      const { id, key } = await create({ scopes: ['teams:admin'] });
      await withKey(key).read(ApiKey, 200, 'DELETE', `/v1/api-keys/${id}`);
      expect(await isRefused(key)).toBe(true);
    });
  });
}
