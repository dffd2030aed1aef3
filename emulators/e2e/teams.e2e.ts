import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CleanupResult,
  type CreatedTimer,
  DeletedAccount,
  DeliveryPage,
  Me,
  OPERATIONS,
  SigningSecrets,
  TimerPage,
} from '@minoots/contract';
import { EventReader, startReceiver, type TestReceiver, until } from '@minoots/core/testing';
import { signIn } from './support/auth.ts';
import { clientOf } from './support/driving.ts';
import { stacksUnderTest } from './support/stacks.ts';

const { real } = stacksUnderTest();
const ON_A_TIMER = Object.values(OPERATIONS).filter(({ path }) => path.startsWith('/v1/timers/{id}'));
const BODIES: Record<string, object> = {
  PATCH: { name: 'taken over' },
  extend: { by: '1m' },
  reschedule: { duration: '1m' },
  'POST shares': { team: 'team_of_others', permissions: ['read'] },
};

describe('one of two teams', () => {
  const [owner, other] = [clientOf(real), clientOf(real, real.otherKey)];
  let receiver: TestReceiver;
  let running: CreatedTimer;
  let fired: CreatedTimer;
  beforeAll(async () => {
    receiver = await startReceiver();
    const events = { on_expire: { webhook: `${receiver.url}/hook` } };
    [running, fired] = await Promise.all([
      owner.create({ name: 'secret', duration: '1h' }),
      owner.create({ name: 'secret', duration: 1, events }),
    ]);
    await until('a timer to end', async () => ((await owner.timer(fired.id)).settled_at ? true : null));
  });
  afterAll(async () => {
    await owner.command(running.id, 'cancel');
    await receiver.close();
  });

  it.each(ON_A_TIMER.map(({ method, path }) => [method, path] as const))(
    'is told of a timer of the other by %s %s that there is none, and changes nothing',
    async (method, path) => {
      for (const { id } of [running, fired]) {
        const before = await owner.timer(id);
        const verb = path.split('/').at(-1) ?? '';
        const body = BODIES[method] ?? BODIES[verb] ?? BODIES[`${method} ${verb}`];
        const url = path.replace('{id}', id).replace('{team}', 'team_of_others');
        const problem = await other.refusal(404, method, url, body && { body });
        expect(problem.code).toBe('not_found');
        const { progress, time_remaining_ms, ...after } = await owner.timer(id);
        expect(before).toMatchObject(after);
      }
    },
  );

  it('does not redeliver what the other has delivered', async () => {
    const [delivery] = (await owner.timer(fired.id)).deliveries;
    const problem = await other.refusal(404, 'POST', `/v1/deliveries/${delivery?.id}/redeliver`);
    expect(problem.code).toBe('not_found');
    expect(receiver.requests).toHaveLength(1);
  });

  it('finds nothing of the other in lists', async () => {
    const ids = async (client: typeof owner) => {
      const timers = await client.get(TimerPage, '/v1/timers?name=secret');
      const deliveries = await client.get(DeliveryPage, '/v1/deliveries?limit=200');
      return [...timers.data.map(({ id }) => id), ...deliveries.data.map(({ timer_id }) => timer_id)];
    };
    expect(await ids(owner)).toEqual(expect.arrayContaining([running.id, fired.id]));
    expect(await ids(other)).toEqual([]);
  });

  it('cleans up nothing of the other', async () => {
    await other.read(CleanupResult, 200, 'POST', '/v1/timers/cleanup');
    expect(await owner.timer(fired.id)).toMatchObject({ status: 'expired' });
  });

  it('hears no event of the other, not even by its id', async () => {
    const everything = new EventReader(await other.open('/v1/events'));
    const byId = new EventReader(await other.open(`/v1/events?timer_id=${running.id}`));
    const witness = new EventReader(await owner.open(`/v1/events?timer_id=${running.id}`));
    await owner.command(running.id, 'extend', { by: '1m' });
    expect((await witness.next()).event).toBe('timer.extended');
    // Of the same id, so that the stream that hears of it has looked for it.
    const own = await other.create({ id: running.id, name: 'own' });
    for (const reader of [everything, byId]) {
      const { event, data = '' } = await reader.next();
      expect([event, JSON.parse(data).timer_name]).toEqual(['timer.created', 'own']);
    }
    await other.command(own.id, 'cancel');
    for (const reader of [everything, byId, witness]) await reader.close();
    expect(await owner.timer(running.id)).toMatchObject({ status: 'running', name: 'secret' });
    await other.call('DELETE', `/v1/timers/${own.id}`);
  });

  it('gets no answer that was kept for a repetition by the other', async () => {
    const headers = { 'idempotency-key': randomBytes(8).toString('hex') };
    const request = { headers, body: { name: 'twin', duration: '1h' } };
    const [first, second] = [
      await owner.call('POST', '/v1/timers', request),
      await other.call('POST', '/v1/timers', request),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(JSON.parse(second.text).id).not.toBe(JSON.parse(first.text).id);
    expect(JSON.parse(second.text).team_id).not.toBe(JSON.parse(first.text).team_id);
  });

  it('signs with secrets of its own', async () => {
    const [mine, theirs] = [
      await owner.get(SigningSecrets, '/v1/signing-secrets'),
      await other.get(SigningSecrets, '/v1/signing-secrets'),
    ];
    expect(theirs.secrets).not.toEqual(mine.secrets);
  });
});

describe('an account that was deleted', () => {
  it('is not there any more: whoever signs in again is somebody new', async () => {
    const person = { email: `leaving-${randomBytes(4).toString('hex')}@example.com`, emailVerified: true };
    const before = clientOf(real, await signIn(real, person));
    const { id } = await before.get(Me, '/v1/me');
    const timer = await before.create();
    await before.read(DeletedAccount, 200, 'DELETE', `/v1/me?confirm=${person.email}`);
    expect((await before.call('GET', '/v1/me')).status).toBe(401);
    const after = clientOf(real, await signIn(real, person));
    expect((await after.get(Me, '/v1/me')).id).not.toBe(id);
    expect((await after.call('GET', `/v1/timers/${timer.id}`)).status).toBe(404);
  });
});
