import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Authenticator, Credentials, Principal } from '../ports/authenticator.ts';
import { memoryTeamStore } from '../testing/memory-team-store.ts';
import { samplePerson, sampleTeam } from '../testing/sample-team.ts';
import { AnyAuthenticator } from './any-authenticator.ts';
import { People } from './people.ts';
import { UserAuthenticator } from './user-authenticator.ts';

const KEY = 'mnt_live_0123456789';
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c3JfYW5uIn0.c2ln';
const team = sampleTeam();
const other = sampleTeam({ founder: samplePerson('bob') });
const ofKey: Principal = {
  type: 'api-key',
  id: 'key_1',
  teamId: team.id,
  scopes: new Set(['timers:read']),
  role: null,
  person: null,
};

describe('AnyAuthenticator', () => {
  let asked: Credentials[];
  const keys: Authenticator = {
    authenticate: async (credentials) => {
      asked.push(credentials);
      return credentials.token === KEY ? ofKey : null;
    },
  };
  const { teams, deletedTeams } = memoryTeamStore();
  const homeOf = () => team.id;
  const verified: (boolean | undefined)[] = [];
  const users = new UserAuthenticator(
    {
      verify: async (token, options) => {
        verified.push(options?.checkRevoked);
        return token === TOKEN ? samplePerson('ann') : null;
      },
    },
    new People({ teams, homeOf, welcome: async () => {} }),
  );
  const authenticator = new AnyAuthenticator({ keys, users, teams, deletedTeams });
  beforeEach(async () => {
    asked = [];
    verified.length = 0;
    await teams.insert(team, []);
    await teams.insert(other, []);
  });

  it('knows keys and people by the form of what they show', async () => {
    expect(await authenticator.authenticate({ token: KEY, team: null })).toBe(ofKey);
    expect(asked).toHaveLength(1);
    const person = await authenticator.authenticate({ token: TOKEN, team: null });
    expect(person).toMatchObject({ type: 'user', id: 'usr_ann', teamId: team.id, role: 'owner' });
    expect(asked).toHaveLength(1);
  });

  it.each(['', 'mnt_live_x', `${TOKEN}x`, 'a.b.c', `${KEY}.a.b`])('knows nobody by %j', async (token) => {
    expect(await authenticator.authenticate({ token, team: null })).toBeNull();
  });

  it('takes everything for a key where nobody signs in', async () => {
    const alone = new AnyAuthenticator({ keys, users: null, teams, deletedTeams });
    expect(await alone.authenticate({ token: TOKEN, team: null })).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it('takes a key for its own team, by id or slug, and for no other', async () => {
    for (const ref of [team.id, team.slug])
      expect(await authenticator.authenticate({ token: KEY, team: ref })).toBe(ofKey);
    for (const ref of [other.id, other.slug, 'nobody', 'team_nobody']) {
      const refused = authenticator.authenticate({ token: KEY, team: ref });
      await expect(refused).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('takes no key of a team that was deleted', async () => {
    const deletion = { requestedAt: 0, lookAt: 0, account: null };
    await teams.update(team.id, () => ({ save: { ...team, members: [], deletion }, result: null }));
    for (const ref of [null, team.id]) {
      const refused = authenticator.authenticate({ token: KEY, team: ref });
      await expect(refused).rejects.toMatchObject({ code: 'not_found' });
    }
    await teams.update(team.id, () => ({ remove: true, result: null }));
  });

  it('tells nothing of teams to whoever is not known', async () => {
    expect(await authenticator.authenticate({ token: 'wrong', team: other.slug })).toBeNull();
  });

  it('takes a person for the team that they ask for, when it is theirs', async () => {
    expect((await authenticator.authenticate({ token: TOKEN, team: team.slug }))?.teamId).toBe(team.id);
    const refused = authenticator.authenticate({ token: TOKEN, team: other.slug });
    await expect(refused).rejects.toMatchObject({ code: 'not_found' });
  });

  it('asks whether the person still may sign in where it matters', async () => {
    await authenticator.authenticate({ token: TOKEN, team: null });
    await authenticator.authenticate({ token: TOKEN, team: null, isAdministrative: true });
    expect(verified).toEqual([false, true]);
  });
});
