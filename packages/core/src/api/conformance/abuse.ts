import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { CreatedTimer, Message, Timer } from '@minoots/contract';
import { pointers, readBody, readProblem } from './client.ts';
import type { Suite } from './suite.ts';

const DEEP = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const MANY_KEYS = `{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`;
const POLLUTING = '{"polluted":true}';

/** A timer as JSON text with one more field. */
const timerWith = (field: string, value: string) => `{"name":"a","duration":"1h","${field}":${value}}`;
const hookWith = (field: string, value: string) =>
  timerWith('events', `{"on_expire":{"webhook":{"url":"http://127.0.0.1:1/","${field}":${value}}}}`);

/** Bodies that hold a value somewhere: what is sent, where, and with which method. */
const PLACES: readonly (readonly [
  place: string,
  method: string,
  path: string,
  body: (value: string) => string,
])[] = [
  ['a body', 'POST', '/v1/timers', (value) => value],
  ['metadata', 'POST', '/v1/timers', (value) => timerWith('metadata', `{"a":${value}}`)],
  ['labels', 'POST', '/v1/timers', (value) => timerWith('labels', value)],
  ['conditions', 'POST', '/v1/timers', (value) => timerWith('conditions', `{"$and":[${value}]}`)],
  ['the body of a webhook', 'POST', '/v1/timers', (value) => hookWith('body', value)],
  ['the headers of a webhook', 'POST', '/v1/timers', (value) => hookWith('headers', value)],
  [
    'one timer of a batch',
    'POST',
    '/v1/timers/batch',
    (value) => `{"timers":[${timerWith('metadata', value)}]}`,
  ],
  [
    'the template of a schedule',
    'POST',
    '/v1/schedules',
    (value) => `{"name":"a","every":"1h","template":{"metadata":${value}}}`,
  ],
  ['a fact', 'PUT', '/v1/context/abuse', (value) => `{"value":${value}}`],
  ['the data of a message', 'POST', '/v1/agents/abuse/inbox', (value) => `{"text":"a","data":${value}}`],
];

/** Where there is room for many keys, or where one fault does not refuse the whole. */
const ROOMY: ReadonlySet<string> = new Set(['the body of a webhook', 'one timer of a batch']);

const HOSTILE_NAMES = [
  ['a NUL', 'a\\u0000b'],
  ['a line break', 'a\\nforged'],
  ['a terminal escape', '\\u001b[2Jgone'],
  ['an eight-bit terminal escape', '\\u009b2Jgone'],
  ['reversed writing', 'invoice\\u202efdp.exe'],
  ['an isolate that is never closed', 'a\\u2066b'],
  ['half a character', 'a\\ud800'],
] as const;

const NAMED: readonly (readonly [
  what: string,
  method: string,
  path: string,
  body: (name: string) => string,
])[] = [
  ['a timer', 'POST', '/v1/timers', (name) => `{"name":"${name}","duration":"1h"}`],
  ['an agent', 'POST', '/v1/timers', (name) => timerWith('agent_id', `"${name}"`)],
  ['a label', 'POST', '/v1/timers', (name) => timerWith('labels', `{"${name}":"a"}`)],
  ['the value of a label', 'POST', '/v1/timers', (name) => timerWith('labels', `{"a":"${name}"}`)],
  ['a schedule', 'POST', '/v1/schedules', (name) => `{"name":"${name}","every":"1h","template":{}}`],
  ['a runner', 'PUT', '/v1/runners/run_abuse', (name) => `{"name":"${name}","accepts":["command"]}`],
  [
    'the label of a runner',
    'PUT',
    '/v1/runners/run_abuse',
    (name) => `{"name":"a","labels":["${name}"],"accepts":["command"]}`,
  ],
  ['an API key', 'POST', '/v1/api-keys', (name) => `{"name":"${name}","scopes":"read-only"}`],
];

/** What people send who mean harm: refused with a reason, or kept as the text that it is. */
export function withstandingAbuse({ api, server, hasFrontEnd }: Suite): void {
  const send = (method: string, path: string, body: string) => api().send(path, { method, body });

  describe('a payload bomb', () => {
    it.each(PLACES)('of 10,000 levels is refused in %s', async (_, method, path, body) => {
      const problem = readProblem(await send(method, path, body(DEEP)), 400);
      expect(problem.errors?.[0]?.message).toContain('nested deeper');
    });

    it.each(PLACES.filter(([place]) => !ROOMY.has(place)))(
      'of 60,000 keys is refused in %s, briefly',
      async (_, method, path, body) => {
        const reply = await send(method, path, body(MANY_KEYS));
        expect(reply.status).toBe(400);
        expect(reply.text.length).toBeLessThan(10_000);
      },
    );

    it.each([
      ['a key of 64 characters', `{"${'k'.repeat(64)}":"a"}`],
      ['a value of 201 characters', `{"k":"${'a'.repeat(201)}"}`],
      ['a value of half a million', `{"k":"${'a'.repeat(500_000)}"}`],
      ['17 of them', `{${Array.from({ length: 17 }, (_, n) => `"k${n}":"a"`).join(',')}}`],
    ])('of labels is refused with %s, briefly', async (_, labels) => {
      const reply = await send('POST', '/v1/timers', timerWith('labels', labels));
      expect(pointers(readProblem(reply, 400))[0]).toMatch(/^\/labels/);
      expect(reply.text.length).toBeLessThan(10_000);
    });

    it('of a million brackets is refused before anything walks it', async () => {
      const levels = 500_000;
      const reply = await send('POST', '/v1/timers', `${'['.repeat(levels)}${']'.repeat(levels)}`);
      expect(readProblem(reply, 400).errors?.[0]?.message).toContain('nested deeper');
    });
  });

  describe('a key that would set a prototype', () => {
    it.each(PLACES)('is refused in %s', async (_, method, path, body) => {
      const problem = readProblem(await send(method, path, body(`{"__proto__":${POLLUTING}}`)), 400);
      expect(pointers(problem)[0]).toMatch(/__proto__$/);
    });

    it('is but data by the names constructor and prototype', async () => {
      const metadata = { constructor: { prototype: { polluted: true } }, prototype: { polluted: true } };
      const { id } = await api().create({ metadata, labels: { constructor: 'a', prototype: 'b' } });
      const timer = await api().timer(id);
      expect(timer).toMatchObject({ metadata, labels: { constructor: 'a', prototype: 'b' } });
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      const changed = await api().read(Timer, 200, 'PATCH', `/v1/timers/${id}`, { body: { metadata: {} } });
      expect(changed.metadata).toEqual({});
    });

    it('names no fact, header, parameter or list that is not there', async () => {
      for (const key of ['constructor', 'toString', 'hasOwnProperty'])
        await api().refusal(404, 'GET', `/v1/context/${key}`);
      for (const query of ['__proto__=1', 'constructor=1', 'toString=1'])
        await api().refusal(400, 'GET', `/v1/timers?${query}`);
      await api().refusal(400, 'POST', '/v1/timers', {
        body: {
          name: 'a',
          duration: '1h',
          events: { constructor: { webhook: { url: 'http://127.0.0.1:1/' } } },
        },
      });
    });
  });

  describe.each(HOSTILE_NAMES)('a name with %s', (_, name) => {
    it.each(NAMED)('is refused %s', async (_what, method, path, body) => {
      const problem = readProblem(await send(method, path, body(name)), 400);
      expect(pointers(problem)[0]).toMatch(/^\/(?:name|agent_id|labels)/);
    });
  });

  describe('a name', () => {
    it.each([
      'Teezeit ☕ 世界',
      'שלום',
      'مرحبا',
      '👩‍👩‍👧',
      'Å'.normalize('NFD'),
      "'; DROP TABLE timers; --",
      '<script>alert(1)</script>',
    ])('of %s is kept as it is', async (name) => {
      expect((await api().timer((await api().create({ name })).id)).name).toBe(name);
    });

    it('of a secret, a fact or an agent holds nothing that leaves its path', async () => {
      for (const name of ['..%2f..%2fetc', 'A%00', 'A%0d%0aX:1', '%E2%80%AEA', '%ED%A0%80']) {
        expect((await api().call('DELETE', `/v1/secrets/${name}`)).status).toBe(400);
        expect((await api().call('GET', `/v1/context/${name}`)).status).toBe(400);
      }
      for (const id of ['a%00', 'a%0d%0aX:1', '%E2%80%AEa', 'a%C2%9B'])
        expect((await api().call('GET', `/v1/agents/${id}/inbox`)).status).toBe(400);
    });
  });

  describe('the text of a message', () => {
    it('comes back as it was sent, escapes and all', async () => {
      const text = '\u001b[31mred\u0000\r\n\u202etxt\u200b';
      const sent = readBody(
        await api().call('POST', '/v1/agents/abuse/inbox', { body: { text } }),
        201,
        Message,
      );
      expect((await api().get(Message, `/v1/messages/${sent.id}`)).text).toBe(text);
    });
  });

  describe('a header', () => {
    it.each(['a\tb', 'a b', '"; drop', 'é', 'x'.repeat(500)])(
      'x-request-id of %j is not said again',
      async (id) => {
        const { headers } = await api().send('/v1/timers', { headers: { 'x-request-id': id } });
        expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
        expect(headers.get('x-request-id')).not.toBe(id);
      },
    );

    it('cannot be made of what a webhook is filled with', async () => {
      const webhook = { url: 'http://127.0.0.1:1/', headers: { 'x-a': 'b\r\nx-evil: 1' } };
      const problem = await api().refusal(400, 'POST', '/v1/timers', {
        body: { name: 'a', duration: '1h', events: { on_expire: { webhook } } },
      });
      expect(pointers(problem)).toEqual(['/events/on_expire/webhook/headers/x-a']);
    });
  });

  describe('a URL', () => {
    it.each([
      ['path', `/v1/timers/${'a'.repeat(12_000)}`],
      ['query', `/v1/timers?name=${'a'.repeat(12_000)}`],
      ['number of parameters', `/v1/timers?${Array.from({ length: 1_500 }, (_, n) => `p${n}=1`).join('&')}`],
    ])('of a great %s is refused', async (_, path) => {
      const reply = await api().send(path);
      expect([400, 404, 414, 431]).toContain(reply.status);
      expect(reply.text.length).toBeLessThan(10_000);
    });

    it('whose parameters hold NUL or half a character finds nothing', async () => {
      for (const name of ['%00', '%ED%A0%80', '%E2%80%AE']) {
        const { status } = await api().call('GET', `/v1/timers?name=${name}`);
        expect([200, 400]).toContain(status);
      }
    });
  });

  // A front end takes what is slow upon itself.
  const itByItself = hasFrontEnd ? () => {} : it;
  itByItself('keeps serving others while a body comes slowly, and takes it once it has come', async () => {
    const { hostname, port } = new URL(server().baseUrl);
    const body = '{"name":"slow","duration":"1h"}';
    const headers = { authorization: `Bearer ${server().key}`, 'content-length': String(body.length) };
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const slow = request({ hostname, port, path: '/v1/timers', method: 'POST', headers }, (response) => {
      text(response).then(resolve, reject);
    }).on('error', reject);
    slow.flushHeaders();
    for (const piece of body.slice(0, 10)) {
      slow.write(piece);
      expect((await api().call('GET', '/v1/timers?limit=1')).status).toBe(200);
    }
    slow.end(body.slice(10));
    expect(CreatedTimer.parse(JSON.parse(await promise)).name).toBe('slow');
  });
}
