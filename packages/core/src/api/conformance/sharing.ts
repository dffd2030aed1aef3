import { beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATIONS, Share, SharePermission, Team, Timer, TimerPage } from '@minoots/contract';
import { ApiClient } from './client.ts';
import type { Suite } from './suite.ts';

/** A timer that another team was let in on. */
export function sharingTimers({ api, server }: Suite): void {
  /** Somebody of another team, who has signed in. */
  let guest: ApiClient;
  let guests: Team;
  const share = (id: string, permissions?: SharePermission[], team = guests.slug) =>
    api().read(Share, 201, 'POST', `/v1/timers/${id}/shares`, { body: { team, permissions } });
  const shared = async (permissions?: SharePermission[], fields: object = {}) => {
    const timer = await api().create(fields);
    await share(timer.id, permissions);
    return timer.id;
  };

  describe('a shared timer', () => {
    beforeAll(async () => {
      const { signIn, baseUrl } = server();
      if (signIn === undefined) throw new Error('somebody has to sign in');
      const key = await signIn({ email: 'guest@elsewhere.example', emailVerified: true });
      guest = new ApiClient({ baseUrl, key });
      guests = await guest.get(Team, '/v1/team');
    });

    it('can be seen by the team that it is shared with, by slug or by id, and by no other', async () => {
      const { id } = await api().create();
      expect((await guest.refusal(404, 'GET', `/v1/timers/${id}`)).code).toBe('not_found');
      for (const team of [guests.slug, guests.id]) {
        expect(await share(id, undefined, team)).toMatchObject({
          timer_id: id,
          team_id: guests.id,
          team_slug: guests.slug,
          permissions: ['read'],
        });
      }
      expect(await guest.timer(id)).toMatchObject({ id, shared: { permissions: ['read'] } });
      expect(await api().timer(id)).toMatchObject({ id, shared: null });
      const { signIn, baseUrl } = server();
      const key = (await signIn?.({ email: 'stranger@elsewhere.example', emailVerified: true })) ?? '';
      await new ApiClient({ baseUrl, key }).refusal(404, 'GET', `/v1/timers/${id}`);
    });

    it('shows its guests its history and its deliveries, and lets them wait for it', async () => {
      const id = await shared();
      const log = await guest.get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
      expect(log.data[0]?.type).toBe('timer.created');
      await guest.get(OPERATIONS.getTimerDeliveries.output, `/v1/timers/${id}/deliveries`);
      const waiting = guest.get(Timer, `/v1/timers/${id}/wait?timeout=20s`);
      await api().command(id, 'cancel');
      expect(await waiting).toMatchObject({ id, status: 'cancelled', shared: { permissions: ['read'] } });
    });

    it.each<[SharePermission[], string[], string[]]>([
      [['read'], [], ['cancel', 'pause', 'touch', 'fire']],
      [['cancel'], ['cancel'], ['pause', 'touch', 'fire']],
      [['read', 'cancel'], ['cancel'], ['pause', 'touch', 'fire']],
      [['manage'], ['pause', 'resume', 'touch', 'fire'], []],
      [['manage'], ['cancel'], []],
    ])('lets guests who may %j do %j, and not %j', async (permissions, allowed, forbidden) => {
      const id = await shared(permissions);
      for (const verb of forbidden) {
        const problem = await guest.refusal(403, 'POST', `/v1/timers/${id}/${verb}`);
        expect(problem).toMatchObject({ code: 'forbidden' });
        expect(SharePermission.options).toContain(problem.required_permission);
      }
      for (const verb of allowed) expect((await guest.command(id, verb)).shared).toEqual({ permissions });
    });

    it('lets guests who may manage it change its clock and its fields', async () => {
      const id = await shared(['manage']);
      expect((await guest.command(id, 'extend', { by: '1h' })).time_remaining_ms).toBe(7_200_000);
      await guest.command(id, 'reschedule', { duration: '5m' });
      const renamed = await guest.read(Timer, 200, 'PATCH', `/v1/timers/${id}`, { body: { name: 'Theirs' } });
      expect(renamed).toMatchObject({ name: 'Theirs', time_remaining_ms: 300_000 });
    });

    it('cannot be deleted by its guests, nor shared further, nor can its line be followed', async () => {
      const id = await shared(['read', 'cancel', 'manage']);
      await guest.refusal(404, 'DELETE', `/v1/timers/${id}`);
      await guest.refusal(404, 'POST', `/v1/timers/${id}/shares`, { body: { team: guests.slug } });
      await guest.refusal(404, 'GET', `/v1/timers/${id}/shares`);
      await guest.refusal(404, 'GET', `/v1/timers/${id}/graph`);
    });

    it('is gone for its guests as soon as the share is revoked', async () => {
      const id = await shared(['manage']);
      await guest.command(id, 'pause');
      expect(await api().read(Share, 200, 'DELETE', `/v1/timers/${id}/shares/${guests.slug}`)).toMatchObject({
        team_id: guests.id,
        permissions: ['manage'],
      });
      await guest.refusal(404, 'GET', `/v1/timers/${id}`);
      await guest.refusal(404, 'POST', `/v1/timers/${id}/cancel`);
      await api().refusal(404, 'DELETE', `/v1/timers/${id}/shares/${guests.slug}`);
      expect((await listed()).map((timer) => timer.id)).not.toContain(id);
    });

    it('goes by the last of its shares with a team', async () => {
      const id = await shared(['manage']);
      await share(id, ['read']);
      expect((await guest.timer(id)).shared).toEqual({ permissions: ['read'] });
      const { data } = await api().get(OPERATIONS.listShares.output, `/v1/timers/${id}/shares`);
      expect(data).toMatchObject([{ team_slug: guests.slug, permissions: ['read'] }]);
    });

    it('comes in the list of its guests after their own, marked, page by page and by filters', async () => {
      const tag = `shared-${Date.now()}`;
      const ids = [];
      for (let n = 0; n < 3; n++) {
        ids.push(await shared(['read'], { name: tag }));
        await server().advance(1);
      }
      const own = await guest.create({ name: tag });
      const all = await listed(`&name=${tag}`);
      expect(all.map(({ id }) => id)).toEqual([own.id, ...ids.toReversed()]);
      expect(all.map((timer) => timer.shared?.permissions)).toEqual([
        undefined,
        ['read'],
        ['read'],
        ['read'],
      ]);
      expect((await listed(`&name=${tag}&shared=exclude`)).map(({ id }) => id)).toEqual([own.id]);
      expect((await listed(`&name=${tag}&shared=only`)).map(({ id }) => id)).toEqual(ids.toReversed());
      expect(await listed(`&name=${tag}&status=paused`)).toEqual([]);
      const { data } = await api().get(TimerPage, `/v1/timers?name=${tag}`);
      expect(data.map(({ shared: mark }) => mark)).toEqual([null, null, null]);
    });

    it('leaves the list of its guests when it is deleted', async () => {
      const id = await shared();
      await api().call('DELETE', `/v1/timers/${id}`);
      expect((await listed()).map((timer) => timer.id)).not.toContain(id);
      await guest.refusal(404, 'GET', `/v1/timers/${id}`);
    });

    it('does not hide a timer of the same id that its guests have', async () => {
      const id = await shared(['read']);
      await guest.create({ id, name: 'Ours' });
      expect(await guest.timer(id)).toMatchObject({ name: 'Ours', shared: null });
      expect((await guest.command(id, 'cancel')).status).toBe('cancelled');
      expect((await api().timer(id)).status).toBe('running');
    });

    it.each([
      ['no-such-team', 'is no team here'],
      ['team_nobody', 'is no team here'],
    ])('is not shared with %s', async (team, message) => {
      const { id } = await api().create();
      const problem = await api().refusal(422, 'POST', `/v1/timers/${id}/shares`, { body: { team } });
      expect(problem).toMatchObject({ code: 'unknown_team', errors: [{ pointer: '/team', message }] });
    });

    it('is not shared with the team that owns it', async () => {
      const { id, team_id: team } = await api().create();
      const problem = await api().refusal(422, 'POST', `/v1/timers/${id}/shares`, { body: { team } });
      expect(problem.code).toBe('unknown_team');
    });
  });

  /** What guests see in their list, page by page. */
  async function listed(filters = ''): Promise<Timer[]> {
    const timers: Timer[] = [];
    let cursor = '';
    do {
      const page = await guest.get(TimerPage, `/v1/timers?limit=2${filters}${cursor}`);
      timers.push(...page.data);
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor !== '');
    return timers;
  }
}
