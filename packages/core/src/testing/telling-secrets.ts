import { createHash } from 'node:crypto';
import {
  ApiKeyList,
  CreatedApiKey,
  CreatedInvitation,
  OPERATIONS,
  type Operation,
  SigningSecrets,
} from '@minoots/contract';
import type { TestReceiver } from '../actions/test-receiver.ts';
import type { ApiClient, Reply } from '../api/conformance/client.ts';
import { until } from './until.ts';

/** What was secret, and what was said and is stored besides. */
export interface ToldSecrets {
  /** What may be nowhere, by what it is. */
  secrets: ReadonlyMap<string, string>;
  /** Every answer but those by which the secrets were first told. */
  said: string;
  /** What has to be found in the store: else it was not looked at. */
  stored: readonly string[];
}

const NAMED_SECRET = 'correct-horse-battery-staple';
/**
 * Operations whose answers hold secrets by design: the creations in `tellSecrets`, sign-in links, which the engine of one
 * owner makes beside it, and what receivers are set up from.
 */
export const SHOWING = ['createApiKey', 'rotateApiKey', 'invite', 'createSignInLink', 'getSigningSecrets'];

/**
 * Makes every kind of secret through the API, uses it, lets it be repeated and echoed, lists what can be listed, and ends
 * some of it. For a server on real time that may call the receiver, which echoes the headers that it gets.
 * @param inviting asks for a team that can invite others
 */
export async function tellSecrets(
  api: ApiClient,
  receiver: TestReceiver,
  inviting: ApiClient = api,
): Promise<ToldSecrets> {
  const said: string[] = [];
  const secrets = new Map<string, string>();
  const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const reply = await api.call(method, path, { body, ...(headers && { headers }) });
    said.push(`${method} ${path}`, ...[...reply.headers].flat(), reply.text);
    return reply;
  };
  const first = async (path: string, name: string, body?: unknown) => {
    const headers = { 'idempotency-key': name };
    const made = await api.read(CreatedApiKey, 201, 'POST', path, { body, headers });
    secrets.set(name, made.key);
    await ask('POST', path, body, headers);
    return made;
  };

  const live = await first('/v1/api-keys', 'live key', { name: 'agent', scopes: ['timers:read'] });
  const test = await first('/v1/api-keys', 'test key', { name: 'ci', scopes: 'read-only', kind: 'test' });
  const rotated = await first(`/v1/api-keys/${live.id}/rotate`, 'rotated key', { overlap: 0 });
  await useKeys([rotated.key, live.key, `${test.key}x`], ask);
  await until('the use of a key to be noted', async () => {
    const { data } = await api.get(ApiKeyList, '/v1/api-keys');
    return data.some(({ id, last_used_at }) => id === rotated.id && last_used_at !== null) || null;
  });
  await ask('DELETE', `/v1/api-keys/${test.id}`);

  const path = '/v1/team/invitations';
  const invitation = { body: { email: 'guest@example.com' }, headers: { 'idempotency-key': 'invite' } };
  const { token } = await inviting.read(CreatedInvitation, 201, 'POST', path, invitation);
  secrets.set('invitation', token);
  for (const reply of [await inviting.call('POST', path, invitation), await inviting.call('GET', path)])
    said.push(...[...reply.headers].flat(), reply.text);

  secrets.set('named secret', NAMED_SECRET);
  await ask('PUT', '/v1/secrets/TOKEN', { value: NAMED_SECRET });
  const timers = [await fire(api, receiver)];
  const before = await api.get(SigningSecrets, '/v1/signing-secrets');
  const headers = { 'idempotency-key': 'rotate signing' };
  await ask('POST', '/v1/signing-secrets/rotate', {}, headers);
  await ask('POST', '/v1/signing-secrets/rotate', {}, headers);
  timers.push(await fire(api, receiver));
  const after = await api.get(SigningSecrets, '/v1/signing-secrets');
  for (const [index, secret] of [...new Set([...before.secrets, ...after.secrets])].entries())
    secrets.set(`signing secret ${index}`, secret.slice('whsec_'.length));

  for (const path of readable()) await ask('GET', path);
  for (const id of timers) await ask('GET', `/v1/timers/${id}`);
  const hash = createHash('sha256').update(rotated.key).digest('hex');
  return { secrets, said: said.join('\n'), stored: [...timers, hash, test.id] };
}

/** Every way in which a text could hold a secret, or the part of it that matters. */
export function formsOf(secret: string): string[] {
  // A key may be known by how it begins.
  const parts = secret.startsWith('mnt_') ? [secret.slice(13)] : [secret];
  return parts.flatMap((part) =>
    (['utf8', 'base64', 'base64url', 'hex'] as const).map((encoding) =>
      Buffer.from(part).toString(encoding).replace(/=+$/, ''),
    ),
  );
}

type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;

async function useKeys(keys: readonly string[], ask: Ask): Promise<void> {
  for (const key of keys) {
    await ask('GET', '/v1/timers', undefined, { authorization: `Bearer ${key}` });
    await ask('GET', '/v1/timers', undefined, { authorization: '', 'x-api-key': key });
    await ask('POST', '/v1/timers', {}, { authorization: `Bearer ${key}`, 'idempotency-key': 'no leave' });
  }
}

/** Fires a timer whose webhook sends the named secret to a receiver that echoes it, and waits for its end. */
async function fire(api: ApiClient, receiver: TestReceiver): Promise<string> {
  const webhook = {
    url: `${receiver.url}/\${secret.TOKEN}`,
    headers: { authorization: 'Bearer ${secret.TOKEN}' },
  };
  const retry = { max_attempts: 1 };
  const { id } = await api.create({ duration: 1, retry, events: { on_expire: { webhook } } });
  await until('the timer to end', async () => ((await api.timer(id)).settled_at === null ? null : true));
  return id;
}

/** Paths of all that can be read without naming anything, at once, and is no secret by design. */
function readable(): string[] {
  return Object.entries<Operation>(OPERATIONS)
    .filter(([id, { method, path, stream }]) => {
      return method === 'GET' && !path.includes('{') && stream === undefined && !SHOWING.includes(id);
    })
    .map(([, { path }]) => path)
    .concat('/openapi.json');
}
