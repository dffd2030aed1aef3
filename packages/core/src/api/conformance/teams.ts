import { describe, expect, it } from '@jest/globals';
import {
  AuditPage,
  CreatedApiKey,
  Invitation,
  InvitationList,
  Me,
  Member,
  MemberList,
  Team,
} from '@minoots/contract';
import { until } from '../../testing/until.ts';
import { ApiClient, pointers, readBody, readProblem } from './client.ts';
import { peopleHelp } from './people.ts';
import type { Suite } from './suite.ts';

/** Teams: founded, named, joined, left, handed over, and who did what in them. */
export function workingInTeams(suite: Suite): void {
  const { api, server } = suite;
  const { signIn, found, invite, accept, join, foundWithAllRoles, eventually } = peopleHelp(suite);
  const me = (client: ApiClient) => client.get(Me, '/v1/me');
  const members = async (client: ApiClient) => (await client.get(MemberList, '/v1/team/members')).data;
  const changeRole = (client: ApiClient, userId: string, role: string) =>
    client.call('PATCH', `/v1/team/members/${encodeURIComponent(userId)}`, { body: { role } });
  const remove = (client: ApiClient, userId: string) =>
    client.call('DELETE', `/v1/team/members/${encodeURIComponent(userId)}`);
  const actions = async (client: ApiClient) =>
    (await client.get(AuditPage, '/v1/audit-log?limit=200')).data.map(({ action }) => action);

  describe('/v1/me', () => {
    it('is somebody with a team of their own from the first request on', async () => {
      const { api: ann, email, userId } = await signIn('ann');
      const known = await me(ann);
      expect(known).toMatchObject({ type: 'user', id: userId, email, name: 'ann' });
      expect(known.team).toMatchObject({ name: 'ann', personal: true, role: 'owner', member_count: 1 });
      expect(known.teams).toEqual([known.team]);
      expect(known.scopes).toEqual(expect.arrayContaining(['account', 'teams:own', 'timers:write']));
    });

    it('is one person with one team, however many requests come first', async () => {
      const key = await server().signIn({ email: 'first-requests@example.com', emailVerified: true });
      const client = new ApiClient({ baseUrl: server().baseUrl, key });
      const all = await Promise.all(Array.from({ length: 8 }, () => me(client)));
      expect(new Set(all.map(({ team }) => team?.id)).size).toBe(1);
      expect((await me(client)).teams).toHaveLength(1);
    });

    it('keeps what people make in their own teams apart', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      const timer = await ann.api.create();
      expect(timer.created_by).toBe(ann.userId);
      await bob.api.refusal(404, 'GET', `/v1/timers/${timer.id}`);
    });

    it('knows nobody by a token that is not valid', async () => {
      const token = await server().signIn({ email: 'forged@example.com', emailVerified: true });
      const [header, claims = '', signature] = token.split('.');
      const forged = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), aud: 'another' };
      const key = `${header}.${Buffer.from(JSON.stringify(forged)).toString('base64url')}.${signature}`;
      const client = new ApiClient({ baseUrl: server().baseUrl, key });
      const problem = await client.refusal(401, 'GET', '/v1/me');
      expect(problem.code).toBe('unauthenticated');
    });
  });

  describe('Minoots-Team', () => {
    it('names the team by slug or id', async () => {
      const { api: ann } = await signIn('ann');
      const team = await found(ann);
      for (const ref of [team.id, team.slug])
        expect((await me(ann.forTeam(ref))).team).toMatchObject({ id: team.id, role: 'owner' });
      expect((await me(ann)).team?.personal).toBe(true);
      const timer = await ann.forTeam(team.slug).create();
      expect(timer.team_id).toBe(team.id);
      await ann.refusal(404, 'GET', `/v1/timers/${timer.id}`);
    });

    it('hides teams of others like teams that do not exist', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      const team = await found(ann.api);
      for (const ref of [team.id, team.slug, 'team_nobody', 'no-such-team-anywhere']) {
        const problem = await bob.api.forTeam(ref).refusal(404, 'GET', '/v1/me');
        expect([problem.code, problem.detail]).toEqual(['not_found', `There is no team ${ref} of yours`]);
      }
    });

    it('has to be a slug or an id', async () => {
      const { api: ann } = await signIn('ann');
      for (const ref of ['No Team', 'a/b', '../x', 'team_'])
        expect(pointers(await ann.forTeam(ref).refusal(400, 'GET', '/v1/me'))).toEqual(['Minoots-Team']);
    });
  });

  describe('/v1/teams', () => {
    it('founds a team with a slug of its name, and another one where that is taken', async () => {
      const { api: ann, userId } = await signIn('ann');
      const name = `Brücke ${userId.length} ${Date.now().toString(36)}`;
      const [first, second] = [await found(ann, { name }), await found(ann, { name })];
      expect(first).toMatchObject({ name, personal: false, role: 'owner', member_count: 1 });
      expect(first.slug).toMatch(/^brucke-/);
      expect(second.slug).toMatch(new RegExp(`^${first.slug}-[0-9a-z]{6}$`));
      const slugs = (await me(ann)).teams.map(({ slug }) => slug);
      expect(slugs).toHaveLength(3);
      expect(slugs).toEqual(expect.arrayContaining([first.slug, second.slug]));
    });

    it('refuses a slug that another team has, in founding and in renaming', async () => {
      const { api: ann } = await signIn('ann');
      const [one, other] = [await found(ann), await found(ann)];
      const body = { name: 'x', slug: one.slug };
      const problem = await ann.refusal(409, 'POST', '/v1/teams', { body });
      expect([problem.code, pointers(problem)]).toEqual(['slug_taken', ['/slug']]);
      const renamed = await ann.forTeam(other.slug).refusal(409, 'PATCH', '/v1/team', {
        body: { slug: one.slug },
      });
      expect(renamed.code).toBe('slug_taken');
      expect((await me(ann.forTeam(other.slug))).team?.slug).toBe(other.slug);
    });

    it.each<[object, string]>([
      [{}, '/name'],
      [{ name: '' }, '/name'],
      [{ name: 'x'.repeat(201) }, '/name'],
      [{ name: 'a', slug: 'Upper' }, '/slug'],
      [{ name: 'a', slug: '-a' }, '/slug'],
      [{ name: 'a', slug: 'team_a' }, '/slug'],
      [{ name: 'a', slug: 'x'.repeat(41) }, '/slug'],
      [{ name: 'a', plan: 'enterprise' }, '/plan'],
    ])('refuses %j', async (body, pointer) => {
      const { api: ann } = await signIn('ann');
      expect(pointers(await ann.refusal(400, 'POST', '/v1/teams', { body }))).toEqual([pointer]);
    });

    it('founds one team of a request that is repeated', async () => {
      const { api: ann } = await signIn('ann');
      const headers = { 'idempotency-key': 'found-once' };
      const ask = () => ann.call('POST', '/v1/teams', { body: { name: 'Once' }, headers });
      const [first, again] = [readBody(await ask(), 201, Team), readBody(await ask(), 201, Team)];
      expect(again.id).toBe(first.id);
      expect((await me(ann)).teams).toHaveLength(2);
    });

    it('gives nobody what another person was answered, whatever key the request has', async () => {
      const team = await foundWithAllRoles();
      const headers = { 'idempotency-key': 'the same of two people' };
      const ask = (client: ApiClient) =>
        client.call('POST', '/v1/timers', { body: { name: 'a', duration: '1h' }, headers });
      expect((await ask(team.admin)).status).toBe(201);
      expect(readProblem(await ask(team.member), 422).code).toBe('idempotency_mismatch');
    });
  });

  describe('/v1/team', () => {
    it('is named anew, and found by its new slug alone', async () => {
      const { api: ann } = await signIn('ann');
      const team = await found(ann);
      const slug = `${team.slug}-renamed`;
      const client = ann.forTeam(team.slug);
      const renamed = await client.read(Team, 200, 'PATCH', '/v1/team', { body: { name: 'New', slug } });
      expect(renamed).toEqual({ ...team, name: 'New', slug });
      expect(await ann.forTeam(slug).get(Team, '/v1/team')).toEqual(renamed);
      await eventually(404, () => client.call('GET', '/v1/team'));
      readProblem(await client.call('GET', '/v1/team'), 404);
    });

    it('is handed over to another member', async () => {
      const { owner, admin, viewer, userIds } = await foundWithAllRoles();
      const body = { to_user_id: userIds.viewer };
      readProblem(await admin.call('POST', '/v1/team/transfer', { body }), 403);
      const team = await owner.read(Team, 200, 'POST', '/v1/team/transfer', { body });
      expect(team.role).toBe('admin');
      const heir = readBody(await eventually(200, () => viewer.call('GET', '/v1/team')), 200, Team);
      expect(heir.role).toBe('owner');
      const nobody = { to_user_id: 'usr_nobody' };
      readProblem(await viewer.call('POST', '/v1/team/transfer', { body: nobody }), 404);
    });

    it('is left, but not by its last owner, and a personal one by nobody', async () => {
      const { owner, member } = await foundWithAllRoles();
      const left = await member.read(Team, 200, 'POST', '/v1/team/leave');
      expect([left.role, left.member_count]).toEqual([null, 3]);
      await eventually(404, () => member.call('GET', '/v1/team'));
      readProblem(await member.call('GET', '/v1/team'), 404);
      expect((await owner.refusal(409, 'POST', '/v1/team/leave')).code).toBe('last_owner');
      const personal = await owner.forTeam(null).refusal(409, 'POST', '/v1/team/leave');
      expect(personal.code).toBe('personal_team');
    });
  });

  describe('/v1/team/members', () => {
    it('lists who is in the team, and since when', async () => {
      const { viewer, userIds } = await foundWithAllRoles();
      const listed = await members(viewer);
      expect(listed.map(({ user_id, role }) => [role, user_id])).toEqual(Object.entries(userIds));
      expect(listed.every(({ joined_at }) => Date.parse(joined_at) > 0)).toBe(true);
    });

    it('changes roles, which counts at once', async () => {
      const { owner, viewer, userIds } = await foundWithAllRoles();
      const body = { name: 'x', duration: '1h' };
      readProblem(await viewer.call('POST', '/v1/timers', { body }), 403);
      const changed = readBody(await changeRole(owner, userIds.viewer, 'member'), 200, Member);
      expect(changed).toMatchObject({ user_id: userIds.viewer, role: 'member' });
      expect((await eventually(201, () => viewer.call('POST', '/v1/timers', { body }))).status).toBe(201);
    });

    it('lets nobody change somebody above them, or raise anybody above themselves', async () => {
      const { admin, owner, userIds } = await foundWithAllRoles();
      expect(readProblem(await changeRole(admin, userIds.owner, 'viewer'), 403).code).toBe('forbidden');
      expect(readProblem(await changeRole(admin, userIds.admin, 'owner'), 403).code).toBe('forbidden');
      expect(readProblem(await remove(admin, userIds.owner), 403).code).toBe('forbidden');
      expect(readProblem(await changeRole(owner, userIds.owner, 'admin'), 409).code).toBe('last_owner');
      expect(readProblem(await remove(owner, userIds.owner), 409).code).toBe('last_owner');
      expect(readProblem(await changeRole(owner, 'usr_nobody', 'admin'), 404).code).toBe('not_found');
      expect((await members(owner)).map(({ role }) => role)).toEqual(['owner', 'admin', 'member', 'viewer']);
    });

    it('removes a member, who is out at once', async () => {
      const { admin, member, userIds } = await foundWithAllRoles();
      await member.get(Team, '/v1/team');
      expect(readBody(await remove(admin, userIds.member), 200, Member).role).toBe('member');
      await eventually(404, () => member.call('GET', '/v1/team'));
      readProblem(await member.call('GET', '/v1/team'), 404);
      readProblem(await remove(admin, userIds.member), 404);
    });

    it('keeps one of two admins who remove each other at the same moment', async () => {
      const { owner, admin, team, userIds } = await foundWithAllRoles();
      const rival = await join(owner, team, 'admin');
      const replies = await Promise.all([remove(admin, rival.userId), remove(rival.api, userIds.admin)]);
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      const left = (await members(owner)).filter(({ role }) => role === 'admin');
      expect(left).toHaveLength(1);
    });
  });

  describe('/v1/team/invitations', () => {
    it('lets in who has the token and the address; the token is shown once and kept nowhere', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      const team = await found(ann.api);
      const owner = ann.api.forTeam(team.slug);
      const { token, ...invitation } = await invite(owner, bob.email.toUpperCase(), 'admin');
      expect(invitation).toMatchObject({ email: bob.email, role: 'admin', invited_by: ann.userId });
      const lifeMs = Date.parse(invitation.expires_at) - Date.parse(invitation.invited_at);
      expect(lifeMs).toBe(7 * 86_400_000);
      expect((await owner.get(InvitationList, '/v1/team/invitations')).data).toEqual([invitation]);
      expect((await accept(bob.api, token)).role).toBe('admin');
      expect((await owner.get(InvitationList, '/v1/team/invitations')).data).toEqual([]);
      expect((await me(bob.api)).teams.map(({ slug }) => slug)).toContain(team.slug);
      const log = await owner.call('GET', '/v1/audit-log');
      expect(log.text).not.toContain(token);
      expect(await actions(owner)).toEqual(['member.joined', 'invitation.created', 'team.created']);
    });

    it('shows a token once, also to a request that is repeated', async () => {
      const { api: ann } = await signIn('ann');
      const owner = ann.forTeam((await found(ann)).slug);
      const headers = { 'idempotency-key': 'invite-once' };
      const ask = () =>
        owner.call('POST', '/v1/team/invitations', { body: { email: 'guest@example.com' }, headers });
      const first = readBody(await ask(), 201, Invitation);
      expect(readProblem(await ask(), 409)).toMatchObject({ code: 'shown_once', id: first.id });
      expect((await owner.get(InvitationList, '/v1/team/invitations')).data).toEqual([first]);
    });

    it('keeps out who has another address, or has not confirmed it, or comes late', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      const owner = ann.api.forTeam((await found(ann.api)).slug);
      const { token, id } = await invite(owner, 'somebody@example.com');
      const body = { token };
      const refused = async (client: ApiClient, code = 'invitation_invalid') => {
        const problem = await client.refusal(422, 'POST', '/v1/invitations/accept', { body });
        expect(problem.code).toBe(code);
      };
      await refused(bob.api);
      await refused((await signIn('x', { email: 'somebody@example.com', emailVerified: false })).api);
      await owner.read(Invitation, 200, 'DELETE', `/v1/team/invitations/${id}`);
      await refused((await signIn('x', { email: 'somebody@example.com' })).api);
      readProblem(await owner.call('DELETE', `/v1/team/invitations/${id}`), 404);
    });

    it('takes a token once', async () => {
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      const owner = ann.api.forTeam((await found(ann.api)).slug);
      const body = { token: (await invite(owner, bob.email)).token };
      const replies = await Promise.all(
        [1, 2, 3].map(() => bob.api.call('POST', '/v1/invitations/accept', { body })),
      );
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await members(owner)).toHaveLength(2);
      const problem = await owner.refusal(409, 'POST', '/v1/team/invitations', {
        body: { email: bob.email },
      });
      expect(problem.code).toBe('already_member');
    });

    it('are none of a personal team', async () => {
      const { api: ann } = await signIn('ann');
      const body = { email: 'guest@example.com' };
      const problem = await ann.refusal(409, 'POST', '/v1/team/invitations', { body });
      expect(problem.code).toBe('personal_team');
    });

    it.each<[object, string]>([
      [{ email: 'nobody' }, '/email'],
      [{ email: 'a@example.com', role: 'owner' }, '/role'],
      [{ email: `${'a'.repeat(250)}@example.com` }, '/email'],
    ])('refuses %j', async (body, pointer) => {
      const { api: ann } = await signIn('ann');
      const owner = ann.forTeam((await found(ann)).slug);
      const problem = await owner.refusal(400, 'POST', '/v1/team/invitations', { body });
      expect(pointers(problem)).toEqual([pointer]);
    });
  });

  describe('an API key of a team', () => {
    it('is no person: it knows its team, and cannot found or join one', async () => {
      const { api: ann } = await signIn('ann');
      const team = await found(ann);
      const body = { name: 'ci', scopes: ['timers:read', 'teams:read', 'teams:admin'] };
      const owner = ann.forTeam(team.slug);
      const { key, id } = await owner.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
      const client = new ApiClient({ baseUrl: server().baseUrl, key });
      const known = await me(client);
      const shown = { ...team, role: null };
      expect(known).toMatchObject({ type: 'api-key', id, email: null, team: shown, teams: [shown] });
      for (const ref of [team.id, team.slug]) expect((await me(client.forTeam(ref))).id).toBe(id);
      const other = await found(ann);
      for (const ref of [other.id, other.slug, 'team_nobody'])
        readProblem(await client.forTeam(ref).call('GET', '/v1/me'), 404);
      readProblem(await client.call('POST', '/v1/teams', { body: { name: 'x' } }), 403);
      readProblem(await client.call('POST', '/v1/team/leave'), 403);
      const { invited_by: by } = await invite(client, 'guest@example.com');
      expect(by).toBe(id);
      const used = 'api_key.used';
      const noted = await until('the use of the key to be noted', async () => {
        const all = await actions(owner);
        return all.includes(used) ? all.filter((action) => action !== used) : null;
      });
      expect(noted).toEqual(['invitation.created', 'api_key.created', 'team.created']);
    });
  });

  describe('/v1/audit-log', () => {
    it('tells who did what, newest first, page by page', async () => {
      const { owner, member, userIds, team } = await foundWithAllRoles();
      await owner.call('PATCH', '/v1/team', { body: { name: 'Renamed' } });
      await remove(owner, userIds.viewer);
      const pages: string[] = [];
      let cursor = '';
      do {
        const page = await owner.get(AuditPage, `/v1/audit-log?limit=3${cursor}`);
        expect(page.data.length).toBeLessThanOrEqual(3);
        pages.push(...page.data.map(({ action }) => action));
        cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
      } while (cursor !== '');
      const joined = ['member.joined', 'invitation.created'];
      expect(pages).toEqual([
        'member.removed',
        'team.updated',
        ...joined,
        ...joined,
        ...joined,
        'team.created',
      ]);
      const [entry] = (await owner.get(AuditPage, '/v1/audit-log?limit=1')).data;
      expect(entry).toMatchObject({ actor: userIds.owner, subject: userIds.viewer });
      readProblem(await member.call('GET', '/v1/audit-log'), 403);
      expect(team.role).toBe('owner');
    });

    it('knows its own cursors alone', async () => {
      const problem = await api().refusal(400, 'GET', '/v1/audit-log?cursor=nonsense');
      expect(problem.code).toBe('invalid_cursor');
    });
  });
}
