import { beforeEach, describe, expect, it } from '@jest/globals';
import { PLANS, Problem, Scope } from '@minoots/contract';
import type { Hono } from 'hono';
import { LocalRateLimiter } from '../adapters/local-rate-limiter.ts';
import { UnknownTeam } from '../app/errors.ts';
import type { TeamPlan } from '../domain/team/state.ts';
import type { Credentials, Principal } from '../ports/authenticator.ts';
import { RATE_WINDOW_MS } from '../ports/rate-limiter.ts';
import { createApi } from './app.ts';
import { fakeEngine } from './fake-engine.ts';

const FREE: TeamPlan = {
  id: 'free',
  setBy: 'default',
  since: 0,
  historyMs: PLANS.free.historyMs,
  grace: null,
};
const LIMIT = PLANS.free.requestsPerMinute;
const GUESSES = 3;
const NEWCOMERS = 2;

const someone = (id: string, fields: Partial<Principal> = {}): [string, Principal] => [
  id,
  {
    type: 'api-key',
    id,
    teamId: 'team_a',
    scopes: new Set(Scope.options),
    role: null,
    person: null,
    ...fields,
  },
];
const KNOWN = new Map([
  someone('key_1'),
  someone('key_2'),
  someone('key_weak', { scopes: new Set() }),
  someone('owner', { isUnmetered: true }),
]);

/** Tokens of people are `person <id>`; each is in their own team alone. */
const here = new Set<string>();
async function known({ token, team, greet }: Credentials): Promise<Principal | null> {
  const person = /^person_/.test(token);
  if (person && !here.has(token)) {
    await greet?.();
    here.add(token);
  }
  const principal = person ? someone(token)[1] : (KNOWN.get(token) ?? null);
  if (principal !== null && team !== null && team !== principal.teamId)
    throw new UnknownTeam(team, principal.id);
  return principal;
}

describe('the limits of requests', () => {
  let now: number;
  let plan: TeamPlan;
  let api: Hono;
  beforeEach(() => {
    now = Date.UTC(2030, 0, 1) + 15_000;
    plan = FREE;
    api = createApi(
      fakeEngine({
        authenticator: { authenticate: known },
        plans: { of: async () => plan },
        rates: new LocalRateLimiter({ now: () => now }),
        addressOf: (c) => c.req.header('x-address') ?? null,
        guessesPerMinute: GUESSES,
        newcomersPerHour: NEWCOMERS,
      }),
    );
  });

  const get = async (key: string, headers: Record<string, string> = {}, path = '/v1/timers') =>
    api.request(path, { headers: { authorization: `Bearer ${key}`, ...headers } });
  async function spend(key: string, requests: number): Promise<void> {
    for (let n = 0; n < requests; n++) await get(key);
  }
  const problemOf = async (response: Response) => Problem.parse(await response.json());

  it('tell in each answer where the caller stands', async () => {
    const { headers } = await get('key_1');
    expect(headers.get('ratelimit-policy')).toBe(`"minute";q=${LIMIT};w=60`);
    expect(headers.get('ratelimit')).toBe(`"minute";r=${LIMIT - 1};t=45`);
    const missing = await get('key_1', {}, '/v1/timers/nothing');
    expect([missing.status, missing.headers.get('ratelimit')]).toEqual([404, `"minute";r=${LIMIT - 2};t=45`]);
  });

  it('refuse what the plan does not have, and name the limit, when to come back and what lifts it', async () => {
    await spend('key_1', LIMIT);
    const response = await get('key_1');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('45');
    expect(response.headers.get('ratelimit')).toBe('"minute";r=0;t=45');
    expect(await problemOf(response)).toMatchObject({
      code: 'rate_limited',
      detail: expect.stringMatching(/120 requests a minute.*pro has 1200/),
      retryable: true,
      limit: LIMIT,
      window_seconds: 60,
      plan: 'free',
      required_plan: 'pro',
    });
    now += RATE_WINDOW_MS;
    expect((await get('key_1')).status).toBe(200);
  });

  it('count each key by itself, and what a key may not do as well', async () => {
    await spend('key_weak', LIMIT);
    expect((await get('key_weak')).status).toBe(429);
    expect((await get('key_1')).status).toBe(200);
  });

  it('are those of the plan that the team has now', async () => {
    await spend('key_1', LIMIT + 1);
    plan = { ...FREE, id: 'pro' };
    const { status, headers } = await get('key_1');
    expect([status, headers.get('ratelimit')]).toEqual([200, `"minute";r=${1_200 - LIMIT - 1};t=45`]);
  });

  it('name no plan where none lifts them', async () => {
    plan = { ...FREE, id: 'enterprise' };
    await spend('key_1', PLANS.enterprise.requestsPerMinute);
    expect(await problemOf(await get('key_1'))).toMatchObject({ plan: 'enterprise', required_plan: null });
  });

  it('are not for the owner of the service, nor for what asks for no credentials', async () => {
    await spend('owner', LIMIT + 1);
    const { status, headers } = await get('owner');
    expect([status, headers.get('ratelimit')]).toEqual([200, null]);
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs']) {
      expect((await get('key_1', {}, path)).headers.get('ratelimit')).toBeNull();
    }
  });

  it('are few for an address that guesses, and none for a key from there that somebody has', async () => {
    const headers = { 'x-address': '192.0.2.1' };
    for (let n = 0; n < GUESSES; n++)
      expect((await get(`guess ${n}`.replace(' ', '_'), headers)).status).toBe(401);
    const response = await get('guess', headers);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '45']);
    expect(await problemOf(response)).toMatchObject({ code: 'rate_limited', limit: GUESSES });
    expect((await get('key_1', headers)).status).toBe(200);
    expect((await get('guess', { 'x-address': '192.0.2.2' })).status).toBe(401);
    expect((await get('guess')).status).toBe(401);
    now += RATE_WINDOW_MS;
    expect((await get('guess', headers)).status).toBe(401);
  });

  it('are few for who asks for teams of others, from wherever, and none for what is theirs', async () => {
    const probe = (key: string, address: string) =>
      get(key, { 'minoots-team': 'team_b', 'x-address': address });
    for (let n = 0; n < GUESSES; n++) expect((await probe('key_1', `192.0.2.${n}`)).status).toBe(404);
    const response = await probe('key_1', '192.0.2.9');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '45']);
    expect((await get('key_1', { 'minoots-team': 'team_a' })).status).toBe(200);
    expect((await probe('key_2', '192.0.2.10')).status).toBe(404);
    for (const key of ['key_2', 'person_1']) await probe(key, '192.0.2.11');
    await get('guess', { 'x-address': '192.0.2.11' });
    expect((await probe('person_2', '192.0.2.11')).status).toBe(429);
    now += RATE_WINDOW_MS;
    expect((await probe('key_1', '192.0.2.9')).status).toBe(404);
  });

  it('are so many an hour for people who come for the first time from one address', async () => {
    here.clear();
    const come = (person: string, address = '192.0.2.1') => get(person, { 'x-address': address });
    for (let n = 0; n < NEWCOMERS; n++) expect((await come(`person_${n}`)).status).toBe(200);
    const response = await come('person_late');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3585']);
    expect(await problemOf(response)).toMatchObject({
      code: 'rate_limited',
      detail: 'There are 2 new people from one address an hour',
      limit: NEWCOMERS,
      window_seconds: 3_600,
    });
    expect((await come('person_0')).status).toBe(200);
    expect((await come('person_late', '192.0.2.2')).status).toBe(200);
    now += 3_600_000;
    expect((await come('person_later')).status).toBe(200);
  });
});
