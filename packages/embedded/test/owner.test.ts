import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CreatedInvitation, Me, Scope, Team } from '@minoots/contract';
import { ApiClient } from '@minoots/core/testing';
import { type RunningServer, startServer } from '../src/index.ts';
import { OidcProvider } from './support/oidc-provider.ts';
import { makeTempFolder } from './support/temp-folder.ts';

describe('the owner of a data folder', () => {
  let folder: Awaited<ReturnType<typeof makeTempFolder>>;
  let provider: OidcProvider;
  let server: RunningServer;
  const start = async () => {
    const settings = { port: 0, host: '127.0.0.1', home: folder.folder, logLevel: 'silent' } as const;
    server = await startServer({ ...settings, oidc: provider });
  };
  const owner = (team: string | null = null) =>
    new ApiClient({ baseUrl: server.url, key: server.apiKey }, team);
  beforeEach(async () => {
    folder = await makeTempFolder();
    provider = await OidcProvider.start();
    await start();
  });
  afterEach(async () => {
    await server.close();
    await provider.close();
    await folder.remove();
  });

  /** Somebody else, who owns the local team too. */
  async function withCoOwner(): Promise<ApiClient> {
    const token = await provider.signIn({ email: 'bob@example.com', emailVerified: true });
    const bob = new ApiClient({ baseUrl: server.url, key: token });
    const body = { email: 'bob@example.com', role: 'admin' };
    const made = await owner().read(CreatedInvitation, 201, 'POST', '/v1/team/invitations', { body });
    await bob.call('POST', '/v1/invitations/accept', { body: { token: made.token } });
    const bobs = bob.forTeam('local');
    const { id } = await bobs.get(Me, '/v1/me');
    await owner().call('PATCH', `/v1/team/members/${id}`, { body: { role: 'owner' } });
    expect((await bobs.get(Team, '/v1/team')).role).toBe('owner');
    return bobs;
  }

  it('may do all in the local team, which is on the largest plan', async () => {
    const me = await owner().get(Me, '/v1/me');
    expect(me).toMatchObject({ type: 'user', id: 'usr_owner', team: { id: 'team_local', role: 'owner' } });
    expect(me.team?.plan).toBe('enterprise');
    expect(me.scopes).toEqual([...Scope.options].sort());
  });

  it('can set no single sign-on where nobody signs in', async () => {
    await server.close();
    server = await startServer({ port: 0, host: '127.0.0.1', home: folder.folder, logLevel: 'silent' });
    const body = { provider_id: 'saml.acme' };
    expect((await owner().refusal(422, 'PUT', '/v1/team/sso', { body })).code).toBe('sso_unavailable');
  });

  it('can be deleted by nobody, and neither can the local team', async () => {
    const bob = await withCoOwner();
    for (const api of [owner(), bob]) {
      expect((await api.refusal(409, 'DELETE', '/v1/team?confirm=local')).code).toBe('indispensable');
    }
    const path = '/v1/me?confirm=owner@localhost';
    expect((await owner().refusal(409, 'DELETE', path)).code).toBe('indispensable');
    await bob.call('DELETE', '/v1/team/members/usr_owner');
    const alone = await bob.refusal(409, 'DELETE', '/v1/me?confirm=bob@example.com');
    expect(alone.code).toBe('indispensable');
    expect((await owner().get(Team, '/v1/team')).member_count).toBe(2);
  });

  it('works in other teams by the same key', async () => {
    const body = { name: 'Nights', slug: 'nights' };
    const team = await owner().read(Team, 201, 'POST', '/v1/teams', { body });
    expect((await owner('nights').create()).team_id).toBe(team.id);
    expect((await owner().get(Me, '/v1/me')).teams.map(({ slug }) => slug)).toEqual(['local', 'nights']);
  });

  it('stays an owner of the local team, whoever sets them back', async () => {
    const bob = await withCoOwner();
    const demoted = await bob.call('PATCH', '/v1/team/members/usr_owner', { body: { role: 'viewer' } });
    expect(demoted.status).toBe(200);
    expect((await owner().get(Team, '/v1/team')).role).toBe('viewer');
    await server.close();
    await start();
    expect((await owner().get(Team, '/v1/team')).role).toBe('owner');
    expect((await owner().get(Team, '/v1/team')).member_count).toBe(2);
  });

  it('is let in again at once after leaving, or being removed', async () => {
    const bob = await withCoOwner();
    expect((await bob.call('DELETE', '/v1/team/members/usr_owner')).status).toBe(200);
    expect((await owner().get(Team, '/v1/team')).role).toBe('owner');
  });
});
