import { describe, expect, it } from '@jest/globals';
import { Hono } from 'hono';
import { callerAddress } from './http.ts';

describe('callerAddress', () => {
  const app = new Hono().get('/', (c) => c.json(callerAddress(c)));
  const addressOf = async (headers: Record<string, string>) => (await app.request('/', { headers })).json();

  it('is the entry that the front end has appended, whatever the client has sent', async () => {
    expect(await addressOf({ 'x-forwarded-for': '192.0.2.1' })).toBe('192.0.2.1');
    expect(await addressOf({ 'x-forwarded-for': '10.0.0.1,evil, 192.0.2.1' })).toBe('192.0.2.1');
  });

  it.each([{}, { 'x-forwarded-for': '' }])('is not known without a front end', async (headers) => {
    expect(await addressOf(headers)).toBeNull();
  });
});
