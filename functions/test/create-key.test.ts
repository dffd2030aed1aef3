import { describe, expect, it } from '@jest/globals';
import { KeyAuthenticator, StorageUnavailable } from '@minoots/core';
import { GrpcStatus } from 'firebase-admin/firestore';
import { createKey, explainFailure, readKeyRequest, UsageError } from '../src/admin/create-key.ts';
import { FirestoreApiKeyStore } from '../src/stores/firestore-api-key-store.ts';
import { openFirestore } from './support/firestore.ts';

describe('createKey', () => {
  it('makes a key that its team can use, and stores nothing that tells the key', async () => {
    const { firestore, close } = await openFirestore();
    const store = new FirestoreApiKeyStore(firestore);
    const request = { teamId: 'team_acme', scopes: ['timers:read'] as const, kind: 'live' as const };
    const { id, key } = await createKey(store, request, 1_000);
    expect(key).toMatch(/^mnt_live_/);
    expect(await new KeyAuthenticator(store).authenticate({ token: key, team: null })).toEqual({
      type: 'api-key',
      id,
      teamId: 'team_acme',
      scopes: new Set(['timers:read']),
      role: null,
      person: null,
    });
    const stored = await firestore.collection('apiKeys').get();
    expect(stored.size).toBe(1);
    expect(JSON.stringify(stored.docs.map((doc) => [doc.id, doc.data()]))).not.toContain(key.slice(9, 20));
    await close();
  });

  it('makes another key each time', async () => {
    const { firestore, close } = await openFirestore();
    const store = new FirestoreApiKeyStore(firestore);
    const request = { teamId: 'team_acme', scopes: [], kind: 'test' as const };
    const made = [await createKey(store, request, 1_000), await createKey(store, request, 1_000)];
    expect(new Set(made.flatMap(({ id, key }) => [id, key])).size).toBe(4);
    for (const { key } of made) expect(key).toMatch(/^mnt_test_/);
    await close();
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
      scopes: ['timers:read', 'timers:write'],
      kind: 'test',
    });
  });

  it('takes the project of the environment, all scopes, and a team by its whole id', () => {
    const { project, teamId, scopes, kind } = readKeyRequest(['--team', 'team_acme'], env);
    expect({ project, teamId, kind }).toEqual({ project: 'acme-prod', teamId: 'team_acme', kind: 'live' });
    expect(scopes).toContain('timers:write');
  });

  it.each([
    [[], env, '--team is missing'],
    [['--team', 'a/b'], env, '--team takes'],
    [['--team', ''], env, '--team takes'],
    [['--team', 'acme', '--scopes', 'timers:read,all'], env, 'no scope "all"'],
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
