import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeletedAccount, Me } from '@minoots/contract';
import { IdentityUnavailable } from '@minoots/core';
import { ApiClient } from '@minoots/core/testing';
import { FirebaseAccounts } from '../src/identity/firebase-accounts.ts';
import { AuthServer } from './support/auth-server.ts';
import { startEngineUnderTest } from './support/engine-under-test.ts';
import { openFirestore } from './support/firestore.ts';

const ANN = { email: 'ann@example.com', emailVerified: true };

describe('FirebaseAccounts', () => {
  let auth: AuthServer;
  let accounts: FirebaseAccounts;
  beforeEach(async () => {
    auth = await AuthServer.start();
    accounts = new FirebaseAccounts(async () => auth.client);
    auth.signIn(ANN);
  });
  afterEach(() => auth.close());

  it('removes an account, and says nothing where there is none', async () => {
    for (let time = 0; time < 2; time++) {
      await accounts.remove('uid-ann@example.com');
      expect(auth.has('uid-ann@example.com')).toBe(false);
    }
  });

  it('says when it cannot tell', async () => {
    const down = new FirebaseAccounts(async () => ({
      deleteUser: () => Promise.reject(Object.assign(new Error('down'), { code: 'auth/internal-error' })),
    }));
    await expect(down.remove('uid-ann@example.com')).rejects.toThrow(IdentityUnavailable);
  });
});

describe('a deleted account', () => {
  it('is removed from Firebase Auth, by the sweep where that did not answer', async () => {
    const { firestore, close } = await openFirestore();
    const { engine, auth, baseUrl, signIn, advance, close: stop } = await startEngineUnderTest(firestore);
    const api = new ApiClient({ baseUrl, key: await signIn(ANN) });
    const { id } = await api.get(Me, '/v1/me');
    auth.isDown = true;
    await api.read(DeletedAccount, 200, 'DELETE', `/v1/me?confirm=${ANN.email}`);
    expect(auth.has(id)).toBe(true);
    expect(await engine.sweep()).toMatchObject({ erased: 0, failed: 1 });
    auth.isDown = false;
    await advance(300_000);
    expect(await engine.sweep()).toMatchObject({ erased: 1, failed: 0 });
    expect(auth.has(id)).toBe(false);
    expect((await api.call('GET', '/v1/me')).status).toBe(401);
    await stop();
    await close();
  });
});
