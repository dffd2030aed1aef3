import { beforeEach, describe, expect, it } from '@jest/globals';
import { AcknowledgedMessage, Message, MessagePage, Scope } from '@minoots/contract';
import type { Hono } from 'hono';
import type { Credentials, Principal } from '../ports/authenticator.ts';
import { createApi } from './app.ts';
import { fakeEngine } from './fake-engine.ts';

const INBOX = '/v1/agents/agent-1/inbox';

/** A key is the name of its team and, after a space, of the one scope that it has. */
function openApi(): Hono {
  const authenticate = async ({ token }: Credentials) => {
    const [teamId = '', scope] = token.split(' ');
    return principalOf(teamId, scope === undefined ? Scope.options : [Scope.parse(scope)]);
  };
  return createApi(fakeEngine({ authenticator: { authenticate } }));
}

describe('inboxes', () => {
  let api: Hono;
  beforeEach(() => {
    api = openApi();
  });

  const call = (key: string, method: string, path: string, body?: object) =>
    api.request(path, {
      method,
      headers: { 'x-api-key': key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const send = async (path = INBOX) =>
    Message.parse(await (await call('ours', 'POST', path, { text: 'hello' })).json());

  it('show nothing to another team, and take no acknowledgement of it', async () => {
    for (const path of [INBOX, '/v1/inbox']) {
      const { id } = await send(path);
      expect(MessagePage.parse(await (await call('theirs', 'GET', path)).json()).data).toEqual([]);
      expect((await call('theirs', 'GET', `/v1/messages/${id}`)).status).toBe(404);
      expect((await call('theirs', 'POST', `${path}/${id}/ack`)).status).toBe(404);
      expect((await call('ours', 'GET', `/v1/messages/${id}`)).status).toBe(200);
      const done = AcknowledgedMessage.parse(await (await call('ours', 'POST', `${path}/${id}/ack`)).json());
      expect(done.acknowledgements).toMatchObject([{ by: 'key_ours' }]);
    }
  });

  it('are read by one scope and written by another', async () => {
    const { id } = await send();
    const status = async (scope: string, ...request: [string, string, object?]) =>
      (await call(`ours ${scope}`, ...request)).status;
    for (const [scope, read, written] of [
      ['inbox:read', 200, 403],
      ['inbox:write', 403, 201],
      ['timers:write', 403, 403],
    ] as const) {
      expect(await status(scope, 'GET', INBOX)).toBe(read);
      expect(await status(scope, 'GET', '/v1/inbox')).toBe(read);
      expect(await status(scope, 'GET', `/v1/messages/${id}`)).toBe(read);
      expect(await status(scope, 'POST', INBOX, { text: 'x' })).toBe(written);
      expect(await status(scope, 'POST', '/v1/inbox', { text: 'x' })).toBe(written);
      expect(await status(scope, 'POST', `${INBOX}/${id}/ack`)).toBe(written === 201 ? 200 : written);
    }
  });

  it('refuse what has no room, and make no timer of it', async () => {
    const inbox = { ...fakeEngine().inbox, insert: async () => ({ type: 'full' as const }) };
    const engine = fakeEngine({
      inbox,
      authenticator: { authenticate: async () => principalOf('ours', Scope.options) },
    });
    api = createApi(engine);
    const reply = await call('ours', 'POST', INBOX, { text: 'x', ack_within: '5m' });
    expect(reply.status).toBe(422);
    expect(await reply.json()).toMatchObject({ code: 'inbox_full' });
    const { timers } = await engine.timers.list('ours', {}, 10);
    expect(timers.map(({ status }) => status)).toEqual(['cancelled']);
  });
});

function principalOf(teamId: string, scopes: readonly Scope[]): Principal {
  return { type: 'api-key', id: `key_${teamId}`, teamId, scopes: new Set(scopes), role: null, person: null };
}
