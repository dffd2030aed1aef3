import { describe, expect, it } from '@jest/globals';
import { CreatedApiKey, MyData, TeamData } from '@minoots/contract';
import { type ApiClient, readProblem } from './client.ts';
import { peopleHelp } from './people.ts';
import type { Suite } from './suite.ts';

/** What people and teams get who ask for what is kept of them. */
export function givingData(suite: Suite): void {
  const { signIn, found, invite, accept, putOnPlan } = peopleHelp(suite);
  const mine = (api: ApiClient, query = '') => api.get(MyData, `/v1/me/data${query}`);

  describe('/v1/me/data', () => {
    it('gives the memberships, the invitations and the deeds of whoever asks, and of nobody else', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      const team = await found(ann.api);
      const owner = ann.api.forTeam(team.slug);
      await accept(bob.api, (await invite(owner, bob.email)).token);
      const other = await found(ann.api);
      const invitation = await invite(ann.api.forTeam(other.slug), bob.email, 'viewer');
      const data = await mine(bob.api);
      expect(data).toMatchObject({ user_id: bob.userId, email: bob.email, name: 'bob', next_cursor: null });
      expect(data.memberships.map((each) => [each.team.slug, each.member.role, each.member.user_id])).toEqual(
        expect.arrayContaining([[team.slug, 'member', bob.userId]]),
      );
      expect(data.memberships).toHaveLength(2);
      expect(data.invitations).toMatchObject([
        { team: { id: other.id, slug: other.slug }, invitation: { id: invitation.id, role: 'viewer' } },
      ]);
      expect(data.audit.every(({ actor }) => actor === bob.userId)).toBe(true);
      expect(data.audit).toContainEqual(
        expect.objectContaining({ team_id: team.id, action: 'member.joined' }),
      );
      expect(JSON.stringify(data)).not.toContain(invitation.token);
      expect(JSON.stringify(data)).not.toContain(`"${ann.email}"`);
    });

    it('gives deeds page by page, newest first, in teams that were left too', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      const team = await found(ann.api);
      await accept(bob.api, (await invite(ann.api.forTeam(team.slug), bob.email)).token);
      await bob.api.forTeam(team.slug).call('POST', '/v1/team/leave');
      const first = await mine(bob.api, '?limit=1');
      expect(first.audit).toMatchObject([{ action: 'member.left', team_id: team.id }]);
      const second = await mine(bob.api, `?limit=1&cursor=${first.next_cursor}`);
      expect(second.audit).toMatchObject([{ action: 'member.joined', team_id: team.id }]);
      const problem = readProblem(await bob.api.call('GET', '/v1/me/data?cursor=nonsense'), 400);
      expect(problem.code).toBe('invalid_cursor');
    });

    it('tells of no invitation to an address that is not confirmed', async () => {
      const [ann, eve] = [await signIn('ann'), await signIn('eve', { emailVerified: false })];
      await invite(ann.api.forTeam((await found(ann.api)).slug), eve.email);
      expect((await mine(eve.api)).invitations).toEqual([]);
    });
  });

  describe('/v1/team/data', () => {
    it('gives an owner what is kept of the team, and no key, token or secret', async () => {
      const ann = await signIn('ann');
      const team = await found(ann.api);
      const owner = ann.api.forTeam(team.slug);
      const { token } = await invite(owner, 'invited@example.com');
      const body = { name: 'ci', scopes: 'read-only' };
      const { key } = await owner.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
      await owner.call('PUT', '/v1/context/deployed', { body: { value: true } });
      await owner.call('PUT', '/v1/secrets/TOKEN', { body: { value: 'open sesame' } });
      await owner.call('PUT', '/v1/runners/run_1', { body: { name: 'build', accepts: ['command'] } });
      await putOnPlan(owner, 'enterprise');
      await owner.call('PUT', '/v1/agents/bot/budget', { body: { max_active_timers: 5 } });
      await owner.call('POST', '/v1/team/domains', { body: { domain: 'acme.example' } });
      const data = await owner.get(TeamData, '/v1/team/data');
      expect(data).toMatchObject({
        team: { id: team.id },
        members: [{ user_id: ann.userId, role: 'owner' }],
        invitations: [{ email: 'invited@example.com' }],
        api_keys: [{ name: 'ci' }],
        context: [{ key: 'deployed', value: true }],
        secrets: [{ name: 'TOKEN' }],
        runners: [{ id: 'run_1' }],
        budgets: [{ agent_id: 'bot', max_active_timers: 5 }],
        sso: { domains: [{ domain: 'acme.example', verified_at: null }], provider: null },
        billing: { plan: 'enterprise', subscription: null },
      });
      for (const secret of [token, key, 'open sesame']) expect(JSON.stringify(data)).not.toContain(secret);
      const lists = Object.values(data.elsewhere).map((path) => path.replace('{agent_id}', 'a1'));
      for (const path of lists) expect([path, (await owner.call('GET', path)).status]).toEqual([path, 200]);
    });
  });
}
