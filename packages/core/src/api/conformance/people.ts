import { Billing, CreatedInvitation, Me, type PlanId, type Role, Team } from '@minoots/contract';
import { until } from '../../testing/until.ts';
import { ApiClient, type Reply } from './client.ts';
import type { Suite } from './suite.ts';

/** Somebody who has signed in. */
export interface TestUser {
  /** Asks for the personal team unless told. */
  api: ApiClient;
  userId: string;
  email: string;
}

/** A team, and one member of each role. Each member asks for this team. */
export interface TestTeam extends Record<Role, ApiClient> {
  team: Team;
  userIds: Record<Role, string>;
}

let count = 0;

/** What tests of people and teams do; none of them meets another's. */
export function peopleHelp({ server, hasFrontEnd }: Suite) {
  const signIn = async (
    name: string,
    fields: { email?: string; emailVerified?: boolean } = {},
  ): Promise<TestUser> => {
    const { email = `${name}-${++count}@example.com`, emailVerified = true } = fields;
    const key = await server().signIn({ email, emailVerified, name });
    const api = new ApiClient({ baseUrl: server().baseUrl, key });
    return { api, userId: (await api.get(Me, '/v1/me')).id, email };
  };
  const found = (api: ApiClient, fields: object = {}) =>
    api.read(Team, 201, 'POST', '/v1/teams', { body: { name: `Crew ${++count}`, ...fields } });
  const invite = (api: ApiClient, email: string, role?: Role) =>
    api.read(CreatedInvitation, 201, 'POST', '/v1/team/invitations', {
      body: { email, ...(role === undefined ? {} : { role }) },
    });
  const accept = (api: ApiClient, token: string) =>
    api.read(Team, 200, 'POST', '/v1/invitations/accept', { body: { token } });
  /** Signs somebody in and makes them a member. */
  const join = async (admin: ApiClient, team: Team, role: Exclude<Role, 'owner'>): Promise<TestUser> => {
    const user = await signIn(role);
    await accept(user.api, (await invite(admin, user.email, role)).token);
    return { ...user, api: user.api.forTeam(team.slug) };
  };
  return {
    signIn,
    found,
    invite,
    accept,
    join,
    /** Puts the team that a client asks for on a plan, as the operator of the service. */
    async putOnPlan(api: ApiClient, plan: PlanId): Promise<void> {
      const { id } = await api.get(Team, '/v1/team');
      const { baseUrl, operatorKey: key } = server();
      const operator = new ApiClient({ baseUrl, key });
      await operator.read(Billing, 200, 'PUT', `/v1/admin/teams/${id}/plan`, { body: { plan } });
    },
    async foundWithAllRoles(): Promise<TestTeam> {
      const founder = await signIn('owner');
      const team = await found(founder.api);
      const owner = founder.api.forTeam(team.slug);
      const [admin, member, viewer] = [
        await join(owner, team, 'admin'),
        await join(owner, team, 'member'),
        await join(owner, team, 'viewer'),
      ];
      return {
        team,
        owner,
        admin: admin.api,
        member: member.api,
        viewer: viewer.api,
        userIds: {
          owner: founder.userId,
          admin: admin.userId,
          member: member.userId,
          viewer: viewer.userId,
        },
      };
    },
    /** The answer once it has a status, or one of several: another process may remember for ten seconds what somebody was. */
    async eventually(status: number | readonly number[], ask: () => Promise<Reply>): Promise<Reply> {
      if (!hasFrontEnd) return ask();
      return until(`an answer of ${status}`, async () => {
        const reply = await ask();
        return [status].flat().includes(reply.status) ? reply : null;
      });
    },
  };
}
