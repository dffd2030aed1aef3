import { describe, expect, it } from '@jest/globals';
import {
  AuditPage,
  CreatedApiKey,
  DeletedAccount,
  DeletedTeam,
  Me,
  TEAM_KEY_SCOPES,
  Team,
  TimerPage,
} from '@minoots/contract';
import { ApiClient, readProblem } from './client.ts';
import { peopleHelp } from './people.ts';
import type { Suite } from './suite.ts';

/** Nobody finds a team that was deleted, and nobody knows its keys or its people once they are erased. */
const GONE = [401, 404];

/** What becomes of teams and accounts that are deleted, and of what others have. */
export function erasing(suite: Suite): void {
  const { server } = suite;
  const { signIn, found, invite, join, eventually } = peopleHelp(suite);
  const deletion = (slug: string) => `/v1/team?confirm=${encodeURIComponent(slug)}`;
  const deleted = (api: ApiClient, slug: string) => api.read(DeletedTeam, 200, 'DELETE', deletion(slug));
  const leave = (email: string) => `/v1/me?confirm=${encodeURIComponent(email)}`;
  const teamsOf = async (api: ApiClient) => (await api.get(Me, '/v1/me')).teams.map(({ id }) => id);

  describe('DELETE /v1/team', () => {
    it('takes the team from everybody, and leaves all that other teams have', async () => {
      const ann = await signIn('ann');
      const [team, other] = [await found(ann.api), await found(ann.api)];
      const [owner, neighbour] = [ann.api.forTeam(team.slug), ann.api.forTeam(other.slug)];
      const bob = await join(owner, team, 'admin');
      const body = { name: 'ci', scopes: TEAM_KEY_SCOPES };
      const { key } = await owner.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
      const agent = new ApiClient({ baseUrl: server().baseUrl, key });
      const [lent, borrowed] = [await agent.create(), await neighbour.create()];
      const shared = (id: string) => `/v1/timers/${id}/shares`;
      const permissions = ['read'];
      await owner.call('POST', shared(lent.id), { body: { team: other.slug, permissions } });
      await neighbour.call('POST', shared(borrowed.id), { body: { team: team.slug, permissions } });

      expect(await deleted(owner, team.slug)).toMatchObject({
        id: team.id,
        slug: team.slug,
        name: team.name,
      });
      const answers = [
        await eventually(GONE, () => agent.call('GET', '/v1/timers')),
        await eventually(GONE, () => bob.api.call('GET', '/v1/timers')),
        await eventually(GONE, () => owner.call('GET', '/v1/team')),
        await neighbour.call('GET', `/v1/timers/${lent.id}`),
      ];
      for (const { status } of answers) expect(GONE).toContain(status);
      expect(await teamsOf(ann.api)).not.toContain(team.id);
      expect(await neighbour.get(TimerPage, '/v1/timers')).toMatchObject({ data: [{ id: borrowed.id }] });
      expect((await neighbour.call('GET', shared(borrowed.id))).text).not.toContain(team.id);
      const problem = readProblem(await owner.call('DELETE', deletion(team.slug)), 404);
      expect(problem.code).toBe('not_found');
    });

    it('gives its slug free, for a team that has nothing of it', async () => {
      const ann = await signIn('ann');
      const team = await found(ann.api);
      await deleted(ann.api.forTeam(team.slug), team.slug);
      const next = await found((await signIn('bob')).api, { slug: team.slug });
      expect(next.id).not.toBe(team.id);
      const reply = await eventually(GONE, () => ann.api.forTeam(team.slug).call('GET', '/v1/team'));
      expect(reply.status).toBe(404);
    });

    it('is refused unless the very team is named', async () => {
      const ann = await signIn('ann');
      const [team, other] = [await found(ann.api), await found(ann.api)];
      const owner = ann.api.forTeam(team.slug);
      for (const wrong of [other.slug, team.id, `${team.slug} `]) {
        const problem = readProblem(await owner.call('DELETE', deletion(wrong)), 422);
        expect(problem).toMatchObject({ code: 'confirmation_mismatch', errors: [{ pointer: '?confirm' }] });
      }
      expect(readProblem(await owner.call('DELETE', '/v1/team'), 400).code).toBe('invalid_request');
      expect((await owner.get(Team, '/v1/team')).id).toBe(team.id);
    });

    it('is refused for a personal team, which goes with the account', async () => {
      const ann = await signIn('ann');
      const { slug } = await ann.api.get(Team, '/v1/team');
      expect(readProblem(await ann.api.call('DELETE', deletion(slug)), 409).code).toBe('personal_team');
    });
  });

  describe('DELETE /v1/admin/teams/{team}', () => {
    const path = (team: string, slug: string) =>
      `/v1/admin/teams/${team}?confirm=${encodeURIComponent(slug)}`;
    const operator = () => new ApiClient({ baseUrl: server().baseUrl, key: server().operatorKey });

    it('takes any team from everybody, whoever owns it', async () => {
      const ann = await signIn('ann');
      const [team, other] = [await found(ann.api), await found(ann.api)];
      const owner = ann.api.forTeam(team.slug);
      const body = { name: 'ci', scopes: TEAM_KEY_SCOPES };
      const { key } = await owner.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
      const agent = new ApiClient({ baseUrl: server().baseUrl, key });
      await agent.create();
      const answer = await operator().read(DeletedTeam, 200, 'DELETE', path(team.slug, team.slug));
      expect(answer).toMatchObject({ id: team.id, slug: team.slug, name: team.name });
      for (const api of [agent, owner]) {
        const { status } = await eventually(GONE, () => api.call('GET', '/v1/timers'));
        expect(GONE).toContain(status);
      }
      expect(await teamsOf(ann.api)).toContain(other.id);
      for (const ref of [team.id, team.slug]) {
        const problem = readProblem(await operator().call('DELETE', path(ref, team.slug)), 404);
        expect(problem.code).toBe('not_found');
      }
    });

    it('is refused unless the very team is named once more, and for a personal one', async () => {
      const ann = await signIn('ann');
      const [team, home] = [await found(ann.api), await ann.api.get(Team, '/v1/team')];
      for (const wrong of [team.id, home.slug]) {
        const problem = readProblem(await operator().call('DELETE', path(team.id, wrong)), 422);
        expect(problem).toMatchObject({ code: 'confirmation_mismatch', errors: [{ pointer: '?confirm' }] });
      }
      expect(readProblem(await operator().call('DELETE', `/v1/admin/teams/${team.id}`), 400).code).toBe(
        'invalid_request',
      );
      expect(readProblem(await operator().call('DELETE', path(home.id, home.slug)), 409).code).toBe(
        'personal_team',
      );
      expect(await teamsOf(ann.api)).toEqual(expect.arrayContaining([team.id, home.id]));
    });
  });

  describe('DELETE /v1/me', () => {
    it('takes a person out of all that goes on, and with them what was theirs alone', async () => {
      const [ann, eve] = [await signIn('ann'), await signIn('eve')];
      const [team, alone] = [await found(eve.api), await found(ann.api)];
      const owner = eve.api.forTeam(team.slug);
      await ann.api.read(Team, 200, 'POST', '/v1/invitations/accept', {
        body: { token: (await invite(owner, ann.email, 'admin')).token },
      });
      const kept = await ann.api.forTeam(team.slug).create();
      await invite(eve.api.forTeam((await found(eve.api)).slug), ann.email);
      const home = await ann.api.get(Team, '/v1/team');

      const answer = await ann.api.read(DeletedAccount, 200, 'DELETE', leave(ann.email.toUpperCase()));
      expect(answer).toMatchObject({ user_id: ann.userId, left: [team.slug] });
      expect(answer.teams.map(({ id }) => id).sort()).toEqual([alone.id, home.id].sort());
      for (const slug of [null, team.slug, alone.slug]) {
        const api = slug === null ? ann.api : ann.api.forTeam(slug);
        const { status } = await eventually(GONE, () => api.call('GET', '/v1/timers'));
        expect(GONE).toContain(status);
      }
      expect((await owner.call('GET', '/v1/team/members')).text).not.toContain(ann.userId);
      expect((await owner.call('GET', `/v1/timers/${kept.id}`)).status).toBe(200);
      const log = await owner.get(AuditPage, '/v1/audit-log?limit=200');
      expect(JSON.stringify(log)).not.toContain(ann.userId);
      expect(JSON.stringify(log)).not.toContain(ann.email);
      const deeds = log.data.filter(({ actor }) => actor.startsWith('former_'));
      expect(deeds.map(({ action }) => action)).toEqual(['member.left', 'member.joined']);
      expect(log.data.some(({ actor }) => actor === eve.userId)).toBe(true);
    });

    it('is refused while a team would be without an owner, and names it', async () => {
      const ann = await signIn('ann');
      const team = await found(ann.api);
      const owner = ann.api.forTeam(team.slug);
      const bob = await join(owner, team, 'member');
      const refused = readProblem(await ann.api.call('DELETE', leave(ann.email)), 409);
      expect(refused).toMatchObject({ code: 'last_owner', teams: [{ id: team.id, slug: team.slug }] });
      expect(await teamsOf(ann.api)).toHaveLength(2);
      await owner.call('POST', '/v1/team/transfer', { body: { to_user_id: bob.userId } });
      expect((await ann.api.read(DeletedAccount, 200, 'DELETE', leave(ann.email))).left).toEqual([team.slug]);
    });

    it('is refused unless the very person is named', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      for (const wrong of [bob.email, ann.userId.repeat(2), 'x']) {
        const problem = readProblem(await ann.api.call('DELETE', leave(wrong)), 422);
        expect(problem.code).toBe('confirmation_mismatch');
      }
      expect(readProblem(await ann.api.call('DELETE', '/v1/me'), 400).code).toBe('invalid_request');
      expect(await teamsOf(ann.api)).toHaveLength(1);
    });
  });
}
