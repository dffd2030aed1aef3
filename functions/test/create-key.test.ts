import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TEAM_KEY_SCOPES, TeamSlug } from '@minoots/contract';
import { KeyAuthenticator, StorageUnavailable, systemClock } from '@minoots/core';
import { sampleTeam, silentLogger } from '@minoots/core/testing';
import { GrpcStatus } from 'firebase-admin/firestore';
import { storesOf, workOnKeys } from '../src/admin/create-key.ts';
import { explainFailure } from '../src/admin/failure.ts';
import { type KeyWork, readKeyRequest, UsageError } from '../src/admin/key-request.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

const CREATE = {
  type: 'create',
  name: 'ci',
  scopes: ['timers:read'],
  kind: 'live',
  plan: 'pro',
} satisfies KeyWork;

describe('workOnKeys', () => {
  let database: OpenFirestore;
  let stores: ReturnType<typeof storesOf>;
  beforeEach(async () => {
    database = await openFirestore();
    stores = storesOf(database.firestore);
  });
  afterEach(() => database.close());

  const work = (asked: KeyWork, teamId = 'team_acme') => workOnKeys(stores, { teamId, work: asked });
  const holderOf = (token: string) =>
    new KeyAuthenticator(stores.apiKeys, { clock: systemClock, logger: silentLogger }).authenticate({
      token,
      team: null,
    });

  it('makes a key that its team can use, and stores nothing that tells the key', async () => {
    const { output: key, notes } = await work(CREATE);
    expect(key).toMatch(/^mnt_live_/);
    const holder = await holderOf(key);
    expect(holder).toMatchObject({ teamId: 'team_acme', scopes: new Set(['timers:read']), person: null });
    expect(notes.join()).toContain(holder?.id);
    const stored = await database.firestore.collection('apiKeys').get();
    expect(stored.size).toBe(1);
    expect(JSON.stringify(stored.docs.map((doc) => [doc.id, doc.data()]))).not.toContain(key.slice(13));
  });

  it('makes another key each time', async () => {
    const made = [await work({ ...CREATE, kind: 'test' }), await work({ ...CREATE, kind: 'test' })];
    expect(new Set(made.map(({ output }) => output)).size).toBe(2);
    for (const { output } of made) expect(output).toMatch(/^mnt_test_/);
  });

  it('makes the team with its first key, on the plan that is told, and leaves it as it is with the next', async () => {
    const { notes } = await work(CREATE);
    expect(notes.join()).toContain('team_acme (slug acme, plan pro)');
    const team = await stores.teams.get('team_acme');
    expect(team).toMatchObject({ slug: 'acme', name: 'acme', members: [], plan: { id: 'pro' } });
    expect((await work({ ...CREATE, plan: 'free' })).notes.join()).toContain('plan pro');
    expect(await stores.teams.get('team_acme')).toEqual(team);
  });

  it('stores a team whose keys are of before as what it was', async () => {
    await work(CREATE);
    await stores.teams.update('team_acme', () => ({ remove: true, result: null }));
    await work({ ...CREATE, plan: 'free' });
    expect((await stores.teams.get('team_acme'))?.plan.id).toBe('enterprise');
  });

  it('takes another slug where a team has the words already', async () => {
    await stores.teams.insert(sampleTeam({ slug: 'acme' }), []);
    await work(CREATE);
    expect((await stores.teams.get('team_acme'))?.slug).toMatch(/^acme-[0-9a-z]{6}$/);
    await work(CREATE, 'team_A_b-');
    expect(TeamSlug.safeParse((await stores.teams.get('team_A_b-'))?.slug).success).toBe(true);
  });

  it('lists the keys of a team and ends one', async () => {
    const { output: key } = await work(CREATE);
    await work(CREATE, 'team_other');
    const { output } = await work({ type: 'list' });
    const [id = '', status, prefix, name] = output.split('\t');
    expect([status, prefix, name]).toEqual(['active', `${key.slice(0, 13)}…`, 'ci']);
    expect(output.split('\n')).toHaveLength(1);
    await expect(work({ type: 'revoke', id }, 'team_other')).rejects.toThrow(`no API key ${id}`);
    await work({ type: 'revoke', id });
    expect(await holderOf(key)).toBeNull();
    expect((await work({ type: 'list' })).output).toContain('revoked');
  });
});

describe('readKeyRequest', () => {
  const env = { GOOGLE_CLOUD_PROJECT: 'acme-prod' };

  it('reads the options', () => {
    const args = [
      '--team',
      'acme',
      '--project',
      'acme-eu',
      '--scopes',
      'timers:read, timers:write',
      '--test',
    ];
    expect(readKeyRequest(args, env)).toEqual({
      project: 'acme-eu',
      teamId: 'team_acme',
      work: {
        type: 'create',
        name: 'made by an operator',
        scopes: ['timers:read', 'timers:write'],
        kind: 'test',
        plan: 'enterprise',
      },
    });
  });

  it('takes the project of the environment, all scopes, and a team by its whole id', () => {
    const { project, teamId, work } = readKeyRequest(['--team', 'team_acme', '--name', 'ci'], env);
    expect({ project, teamId }).toEqual({ project: 'acme-prod', teamId: 'team_acme' });
    expect(work).toEqual({
      type: 'create',
      name: 'ci',
      kind: 'live',
      plan: 'enterprise',
      scopes: TEAM_KEY_SCOPES,
    });
  });

  it.each<[string[], KeyWork]>([
    [['--list'], { type: 'list' }],
    [['--revoke', 'key_1'], { type: 'revoke', id: 'key_1' }],
  ])('reads %j', (args, work) => {
    expect(readKeyRequest(['--team', 'acme', ...args], env).work).toEqual(work);
  });

  it.each([
    [[], env, '--team is missing'],
    [['--team', 'a/b'], env, '--team takes'],
    [['--team', ''], env, '--team takes'],
    [['--team', 'acme', '--scopes', 'timers:read,all'], env, 'no scope "all"'],
    [['--team', 'acme', '--scopes', 'account'], env, 'no scope "account"'],
    [['--team', 'acme', '--plan', 'gold'], env, 'no plan "gold"'],
    [['--team', 'acme', '--list', '--plan', 'pro'], env, '--list'],
    [['--team', 'acme', '--list', '--test'], env, '--list'],
    [['--team', 'acme', '--list', '--revoke', 'key_1'], env, '--revoke'],
    [['--team', 'acme', '--colour'], env, '--colour'],
    [['--team', 'acme'], {}, '--project'],
    [['--team', 'acme', '--project', 'demo-minoots'], {}, 'FIRESTORE_EMULATOR_HOST'],
  ])('refuses %j', (args, environment, message) => {
    expect(() => readKeyRequest(args, environment)).toThrow(UsageError);
    expect(() => readKeyRequest(args, environment)).toThrow(message);
  });

  it('takes a demo project where there is an emulator', () => {
    const args = ['--team', 'acme', '--project', 'demo-minoots'];
    expect(readKeyRequest(args, { FIRESTORE_EMULATOR_HOST: '127.0.0.1:8080' }).project).toBe('demo-minoots');
  });
});

describe('explainFailure', () => {
  const status = (code: GrpcStatus, message: string) => Object.assign(new Error(message), { code });

  it.each([
    [
      new Error('Could not load the default credentials. Browse to …'),
      'gcloud auth application-default login',
    ],
    [status(GrpcStatus.PERMISSION_DENIED, '7 PERMISSION_DENIED: Missing permissions'), 'may not write'],
    [status(GrpcStatus.NOT_FOUND, '5 NOT_FOUND: no database'), 'no Firestore database'],
    [
      new StorageUnavailable('Firestore does not answer at present', { cause: new Error('14: no route') }),
      'does not answer at present: 14: no route',
    ],
  ])('says what to do about %p', (error, advice) => {
    expect(explainFailure(error, 'acme-prod')).toContain(advice);
  });
});
