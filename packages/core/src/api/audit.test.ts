import { beforeEach, describe, expect, it } from '@jest/globals';
import { OPERATIONS, type Operation, ROLE_SCOPES, type Scope } from '@minoots/contract';
import { personalTeamId, welcomePerson } from '../app/teams/welcome.ts';
import { People } from '../identity/people.ts';
import type { Principal } from '../ports/authenticator.ts';
import { samplePerson, sampleTeam } from '../testing/sample-team.ts';
import { type ApiDeps, createApi } from './app.ts';
import { fakeEngine } from './fake-engine.ts';

const TEAM = 'team_acme';
const DOMAIN = '/v1/team/domains/acme.com';
const MEMBER: readonly Scope[] = ROLE_SCOPES.member;
const reads = 'it reads';
const works = 'it is work of a runner, which the log of its timer tells';

/**
 * What more than a plain member may do: how each is done so that something is changed, or why it leaves no note. Each may give
 * the id of the team whose log tells of it, where that is another one.
 */
const ROWS: Record<string, string | ((world: World) => Promise<unknown>)> = {
  shareTimer: async ({ ask, timer }) => ask('POST', `/v1/timers/${await timer()}/shares`, SHARE),
  revokeShare: async ({ ask, timer, quietly }) => {
    const shares = `/v1/timers/${await timer()}/shares`;
    await quietly('POST', shares, SHARE);
    await ask('DELETE', `${shares}/${SHARE.team}`);
  },
  exportTimers: ({ ask }) => ask('GET', '/v1/export'),
  getTeamData: ({ ask }) => ask('GET', '/v1/team/data'),
  registerRunner: ({ ask }) => ask('PUT', '/v1/runners/run_1', RUNNER),
  deleteRunner: async ({ ask, quietly }) => {
    await quietly('PUT', '/v1/runners/run_1', RUNNER);
    await ask('DELETE', '/v1/runners/run_1');
  },
  setPlan: ({ ask }) => ask('PUT', `/v1/admin/teams/${TEAM}/plan`, { plan: 'pro' }),
  setBudget: ({ ask }) => ask('PUT', '/v1/agents/bot/budget', { max_active_timers: 5 }),
  deleteBudget: async ({ ask, quietly }) => {
    await quietly('PUT', '/v1/agents/bot/budget', { max_active_timers: 5 });
    await ask('DELETE', '/v1/agents/bot/budget');
  },
  setSecret: ({ ask }) => ask('PUT', '/v1/secrets/TOKEN', SECRET),
  deleteSecret: async ({ ask, quietly }) => {
    await quietly('PUT', '/v1/secrets/TOKEN', SECRET);
    await ask('DELETE', '/v1/secrets/TOKEN');
  },
  rotateSigningSecret: ({ ask }) => ask('POST', '/v1/signing-secrets/rotate'),
  createTeam: async ({ ask }) => (await ask('POST', '/v1/teams', { name: 'Nights' })).id,
  updateTeam: ({ ask }) => ask('PATCH', '/v1/team', { name: 'Days' }),
  deleteTeam: ({ ask }) => ask('DELETE', '/v1/team?confirm=acme'),
  deleteAnyTeam: ({ ask }) => ask('DELETE', '/v1/admin/teams/acme?confirm=acme'),
  deleteMe: 'teams that go on are left, with a note under a pseudonym; the log of the others goes with them',
  transferTeam: ({ ask }) => ask('POST', '/v1/team/transfer', { to_user_id: 'usr_bob' }),
  leaveTeam: ({ askAs }) => askAs('bob', 'POST', '/v1/team/leave'),
  changeMember: ({ ask }) => ask('PATCH', '/v1/team/members/usr_bob', { role: 'viewer' }),
  removeMember: ({ ask }) => ask('DELETE', '/v1/team/members/usr_bob'),
  invite: ({ ask }) => ask('POST', '/v1/team/invitations', CAROL),
  withdrawInvitation: async ({ ask, quietly }) => {
    const { id } = await quietly('POST', '/v1/team/invitations', CAROL);
    await ask('DELETE', `/v1/team/invitations/${id}`);
  },
  acceptInvitation: async ({ askAs, quietly }) => {
    const { token } = await quietly('POST', '/v1/team/invitations', CAROL);
    await askAs('carol', 'POST', '/v1/invitations/accept', { token });
  },
  createApiKey: ({ ask }) => ask('POST', '/v1/api-keys', KEY),
  rotateApiKey: async ({ ask, quietly }) =>
    ask('POST', `/v1/api-keys/${(await quietly('POST', '/v1/api-keys', KEY)).id}/rotate`),
  revokeApiKey: async ({ ask, quietly }) =>
    ask('DELETE', `/v1/api-keys/${(await quietly('POST', '/v1/api-keys', KEY)).id}`),
  claimDomain: ({ ask }) => ask('POST', '/v1/team/domains', { domain: 'acme.com' }),
  verifyDomain: async ({ ask, claim }) => {
    await claim();
    await ask('POST', `${DOMAIN}/verify`);
  },
  dropDomain: async ({ ask, claim }) => {
    await claim();
    await ask('DELETE', DOMAIN);
  },
  setSso: async ({ ask, claim, quietly }) => {
    await claim();
    await quietly('POST', `${DOMAIN}/verify`);
    await ask('PUT', '/v1/team/sso', { provider_id: 'saml.acme' });
  },
  removeSso: async ({ ask, claim, quietly }) => {
    await claim();
    await quietly('POST', `${DOMAIN}/verify`);
    await quietly('PUT', '/v1/team/sso', { provider_id: 'saml.acme' });
    await ask('DELETE', '/v1/team/sso');
  },
  leaseJobs: works,
  heartbeatJob: works,
  completeJob: works,
  releaseJob: works,
  createCheckout: 'it changes nothing: what is paid is noted once it is',
  createSignInLink: 'it changes nothing: the session is noted once it begins',
  createPortal: 'it changes nothing: what is changed there is noted once it is',
  advanceClock: 'there is a virtual clock in tests alone',
  listRunners: reads,
  listSecrets: reads,
  listInvitations: reads,
  listApiKeys: reads,
  listAuditLog: reads,
  getMyData: reads,
  getSso: reads,
  getSigningSecrets: reads,
};
const RUNNER = { name: 'builder', accepts: ['command'] };
const KEY = { name: 'ci', scopes: ['timers:read'] };
const SECRET = { value: 'correct horse' };
const CAROL = { email: 'carol@example.com' };
const SHARE = { team: 'guests', permissions: ['read'] };

/** A team of ann, who owns it, and of bob, an admin; each token is the name of a person. */
interface World {
  /** Asks as ann, and gives the answer, which has to be a success. */
  ask(method: string, path: string, body?: object): Promise<Record<string, string>>;
  askAs(person: string, method: string, path: string, body?: object): Promise<Record<string, string>>;
  /** The same, before what is looked at. */
  quietly: World['ask'];
  timer(): Promise<string>;
  claim(): Promise<void>;
  notes(teamId?: string): Promise<object[]>;
}

describe('the audit log', () => {
  let deps: ApiDeps;
  let before: number;
  let world: World;
  beforeEach(async () => {
    const texts: string[] = [];
    deps = fakeEngine({ textRecords: { lookUp: async () => texts } });
    const { teams, audit } = deps;
    const plan = { id: 'enterprise', historyMs: 1 } as const;
    const team = sampleTeam({ id: TEAM, slug: 'acme', founder: samplePerson('ann'), plan });
    const bob = { ...samplePerson('bob'), role: 'admin', joinedAt: 0 } as const;
    await teams.insert({ ...team, members: [...team.members, bob] }, []);
    await teams.insert(sampleTeam({ slug: 'guests' }), []);
    const welcome = (person: Parameters<typeof welcomePerson>[1]) => welcomePerson(deps, person);
    const people = new People({ teams, homeOf: personalTeamId, welcome });
    const authenticate = async ({ token, team: ref }: { token: string; team: string | null }) => {
      const principal = await people.principalOf(samplePerson(token), ref, { isFresh: true });
      const scopes = new Set<Scope>([...principal.scopes, 'service:admin', 'runners']);
      return { ...principal, scopes } satisfies Principal;
    };
    const api = createApi({ ...deps, authenticator: { authenticate } });
    const notes = async (teamId = TEAM) => (await audit.list(teamId, 100)).entries;
    const askAs: World['askAs'] = async (person, method, path, body) => {
      const isElsewhere = path === '/v1/invitations/accept';
      const headers = {
        authorization: `Bearer ${person}`,
        ...(isElsewhere ? {} : { 'minoots-team': TEAM }),
      };
      const response = await api.request(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
      return JSON.parse(await response.text());
    };
    const ask: World['ask'] = (...request) => askAs('ann', ...request);
    const quietly: World['quietly'] = async (...request) => {
      const answer = await ask(...request);
      before = (await notes()).length;
      return answer;
    };
    const timer = async () => (await ask('POST', '/v1/timers', { name: 'a', duration: '1h' })).id ?? '';
    const claim = async () => {
      texts.push((await quietly('POST', '/v1/team/domains', { domain: 'acme.com' })).txt_value ?? '');
    };
    world = { ask, askAs, quietly, timer, claim, notes };
    before = 0;
  });

  it('has a row here for everything that more than a plain member may do', () => {
    const administrative = Object.entries<Operation>(OPERATIONS).filter(
      ([, { scope }]) => scope !== null && scope !== 'any' && !MEMBER.includes(scope),
    );
    expect(Object.keys(ROWS).sort()).toEqual(administrative.map(([id]) => id).sort());
    for (const [id, { method }] of administrative)
      if (ROWS[id] === reads) expect([id, method]).toEqual([id, 'GET']);
  });

  it.each(Object.entries(ROWS).flatMap(([id, row]) => (typeof row === 'string' ? [] : [[id, row] as const])))(
    'gets one note of %s, by whoever did it',
    async (_, carryOut) => {
      const elsewhere = await carryOut(world);
      const entries = await world.notes(typeof elsewhere === 'string' ? elsewhere : TEAM);
      expect(entries).toHaveLength(before + 1);
      expect(entries[0]).toMatchObject({
        actor: expect.stringMatching(/^usr_(?:ann|bob|carol)$/),
        action: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/),
        message: expect.stringMatching(/^\S.*\S$/),
      });
    },
  );

  it('gets a note of each page of an export, by whatever cursor it was had', async () => {
    await world.timer();
    const cursor = Buffer.from('export:timers:').toString('base64url');
    await world.ask('GET', `/v1/export?cursor=${cursor}`);
    expect(await world.notes()).toMatchObject([
      { action: 'timers.exported', message: 'Took timers along: 1' },
    ]);
  });
});
