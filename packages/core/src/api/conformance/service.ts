import { describe, expect, it } from '@jest/globals';
import { ClockReading, Health, OPERATIONS, Readiness } from '@minoots/contract';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

/** What the service says of itself. */
export function askingTheService({ api, server }: Suite): void {
  describe('the service', () => {
    it('says that it lives and that it is ready, to anyone', async () => {
      const health = await fetch(`${server().baseUrl}/healthz`);
      expect(Health.parse(await health.json()).status).toBe('ok');
      const readiness = await fetch(`${server().baseUrl}/readyz`);
      expect(Readiness.parse(await readiness.json()).status).toBe('ready');
    });

    it('describes every operation of the contract', async () => {
      const { text } = await api().call('GET', '/openapi.json');
      const { openapi, paths } = JSON.parse(text);
      expect(openapi).toMatch(/^3\.1\./);
      for (const { method, path } of Object.values(OPERATIONS))
        expect(paths[path]).toHaveProperty(method.toLowerCase());
    });

    it('serves a reference that loads nothing from elsewhere', async () => {
      const { headers, text } = await api().call('GET', '/docs');
      expect(headers.get('content-type')).toMatch(/^text\/html/);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    });
  });

  describe('POST /v1/clock/advance', () => {
    it('moves the clock by what it is told', async () => {
      const read = () => api().read(ClockReading, 200, 'POST', '/v1/clock/advance', { body: { by: '1s' } });
      const [before, after] = [await read(), await read()];
      expect(Date.parse(after.now) - Date.parse(before.now)).toBe(1_000);
    });

    it.each<[object]>([[{}], [{ by: -1 }], [{ by: 0 }], [{ by: 'long' }], [{ by: 1e21 }]])(
      'refuses %j',
      async (body) => {
        expect(pointers(await api().refusal(400, 'POST', '/v1/clock/advance', { body }))).toEqual(['/by']);
      },
    );
  });
}
