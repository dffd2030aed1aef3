import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CreatedApiKey, SigningSecretList, SigningSecrets } from '@minoots/contract';
import { Webhook } from 'standardwebhooks';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { ApiClient, pointers } from './client.ts';
import type { Suite } from './suite.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The secrets that sign webhooks: shown to those who set up receivers, and rotated. */
export function rotatingSigningSecrets({ api, server, hasFrontEnd }: Suite): void {
  // Another process may sign by what it has in mind for a minute.
  const itByItself = hasFrontEnd ? () => {} : it;
  let receiver: TestReceiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  beforeEach(() => {
    receiver.requests.length = 0;
  });
  afterAll(() => receiver.close());

  const secrets = async () => (await api().get(SigningSecrets, '/v1/signing-secrets')).secrets;
  const rotate = (body?: object, headers?: Record<string, string>) =>
    api().read(SigningSecretList, 200, 'POST', '/v1/signing-secrets/rotate', {
      body,
      ...(headers && { headers }),
    });
  /** Fires a webhook; says by which of the secrets what came can be verified. */
  async function signedBy(candidates: readonly string[]): Promise<boolean[]> {
    await api().create({ duration: 1, events: { on_expire: { webhook: `${receiver.url}/hook` } } });
    await server().advance(1);
    const request = receiver.requests.at(-1);
    const headers = Object.fromEntries(
      Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    return candidates.map((secret) => {
      try {
        new Webhook(secret).verify(request?.body ?? '', headers);
        return true;
      } catch {
        return false;
      }
    });
  }

  describe('POST /v1/signing-secrets/rotate', () => {
    itByItself('lets both secrets sign for a day, and then the new one alone (complaint 14)', async () => {
      const [old = ''] = await secrets();
      const { data } = await rotate();
      const [made, before] = data;
      expect(data).toHaveLength(2);
      expect(made).toMatchObject({ works_until: null });
      expect(Date.parse(before?.works_until ?? '') - Date.parse(made?.created_at ?? '')).toBe(DAY_MS);
      const [fresh = '', second] = await secrets();
      expect([fresh === old, second]).toEqual([false, old]);
      expect(await signedBy([fresh, old])).toEqual([true, true]);
      await server().advance(DAY_MS);
      expect(await secrets()).toEqual([fresh]);
      expect(await signedBy([fresh, old])).toEqual([true, false]);
    });

    itByItself('is refused during a rotation, unless it ends that', async () => {
      await rotate({ overlap: '1h' });
      const problem = await api().refusal(409, 'POST', '/v1/signing-secrets/rotate');
      expect(problem.code).toBe('invalid_state');
      const before = await secrets();
      expect((await rotate({ overlap: 0 })).data).toHaveLength(1);
      const [only = '', ...others] = await secrets();
      expect(others).toEqual([]);
      expect(await signedBy([only, ...before])).toEqual([true, false, false]);
    });

    it('shows no secret, and rotates once for an Idempotency-Key', async () => {
      const headers = { 'idempotency-key': 'rotate-once' };
      const first = await rotate({ overlap: 0 }, headers);
      expect(JSON.stringify(first)).not.toContain('whsec_');
      expect(await rotate({ overlap: 0 }, headers)).toEqual(first);
    });

    it.each([-1, '8d', 'long'])('refuses an overlap of %j', async (overlap) => {
      const problem = await api().refusal(400, 'POST', '/v1/signing-secrets/rotate', { body: { overlap } });
      expect(pointers(problem)).toEqual(['/overlap']);
    });

    it('needs leave to write secrets, and to read them needs another', async () => {
      const keyWith = async (scope: string) => {
        const body = { name: 'signing', scopes: [scope] };
        const { key } = await api().read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
        return new ApiClient({ baseUrl: server().baseUrl, key });
      };
      const [reader, writer] = [await keyWith('secrets:read'), await keyWith('secrets:write')];
      await reader.get(SigningSecrets, '/v1/signing-secrets');
      await reader.refusal(403, 'POST', '/v1/signing-secrets/rotate');
      await writer.refusal(403, 'GET', '/v1/signing-secrets');
      const body = { overlap: 0 };
      await writer.read(SigningSecretList, 200, 'POST', '/v1/signing-secrets/rotate', { body });
    });
  });
}
