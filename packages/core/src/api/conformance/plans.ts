import { describe, expect, it } from '@jest/globals';
import { CreatedApiKey } from '@minoots/contract';
import { ApiClient } from './client.ts';
import type { Suite } from './suite.ts';

/** What the plan of a team allows. */
export function keepingToPlans({ api, server }: Suite): void {
  describe('plans', () => {
    it('tell a key with each answer how many requests it has left', async () => {
      const body = { name: 'metered', scopes: ['timers:read'] };
      const { key } = await api().read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
      const client = new ApiClient({ baseUrl: server().baseUrl, key });
      for (const path of ['/v1/timers', '/v1/timers/nothing', '/v1/context']) {
        const { headers } = await client.send(path);
        expect(headers.get('ratelimit-policy')).toMatch(/^"minute";q=\d+;w=60$/);
        expect(headers.get('ratelimit')).toMatch(/^"minute";r=\d+;t=\d+$/);
      }
      expect((await client.send('/healthz')).headers.has('ratelimit')).toBe(false);
    });
  });
}
