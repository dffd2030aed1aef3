import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IdentityUnavailable } from '@minoots/core';
import { FirebaseIdTokens } from '../src/identity/firebase-id-tokens.ts';
import { AuthServer } from './support/auth-server.ts';

const ANN = { email: 'Ann@example.com', emailVerified: true, name: 'Ann' };

describe('FirebaseIdTokens', () => {
  let auth: AuthServer;
  let tokens: FirebaseIdTokens;
  beforeEach(async () => {
    auth = await AuthServer.start();
    tokens = new FirebaseIdTokens(async () => auth.client);
  });
  afterEach(() => auth.close());

  it('knows a person by their token', async () => {
    expect(await tokens.verify(auth.signIn(ANN))).toEqual({
      userId: 'uid-Ann@example.com',
      email: 'ann@example.com',
      emailVerified: true,
      name: 'Ann',
      signedInBy: 'password',
    });
  });

  it('says whether the email address is confirmed', async () => {
    const person = await tokens.verify(auth.signIn({ email: 'bob@example.com', emailVerified: false }));
    expect(person).toMatchObject({ emailVerified: false, name: null });
  });

  it('knows nobody by a token whose account is disabled, gone, or signed out everywhere', async () => {
    const token = auth.signIn(ANN);
    auth.change(ANN.email, { validSince: String(Math.floor(Date.now() / 1_000) + 60) });
    expect(await tokens.verify(token, { checkRevoked: true })).toBeNull();
    auth.change(ANN.email, { validSince: '0', disabled: true });
    expect(await tokens.verify(token, { checkRevoked: true })).toBeNull();
    auth.remove(ANN.email);
    expect(await tokens.verify(token, { checkRevoked: true })).toBeNull();
  });

  it.each(['eyJ.eyJ.', 'eyJhbGciOiJub25lIn0.e30.', 'not a token'])('knows nobody by %j', async (token) => {
    expect(await tokens.verify(token)).toBeNull();
  });

  it('knows nobody by the token of another project', async () => {
    const [header, claims = '', signature] = auth.signIn(ANN).split('.');
    const other = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), aud: 'another-project' };
    const token = `${header}.${Buffer.from(JSON.stringify(other)).toString('base64url')}.${signature}`;
    expect(await tokens.verify(token)).toBeNull();
  });

  it('asks whether a person still may sign in only where it is told to', async () => {
    const asked: (boolean | undefined)[] = [];
    const verifyIdToken = async (_: string, checkRevoked?: boolean) => {
      asked.push(checkRevoked);
      throw Object.assign(new Error('Firebase ID token has expired'), { code: 'auth/id-token-expired' });
    };
    const watched = new FirebaseIdTokens(async () => ({ verifyIdToken }));
    expect(await watched.verify('a')).toBeNull();
    expect(await watched.verify('a', { checkRevoked: true })).toBeNull();
    expect(asked).toEqual([false, true]);
  });

  it.each([
    ['auth/argument-error', 'Error fetching public keys for Google certs: 500'],
    ['app/network-error', 'ECONNRESET'],
    ['auth/internal-error', 'An internal error has occurred'],
  ])('tells %s (%s) from a token that is not valid', async (code, message) => {
    const failing = new FirebaseIdTokens(async () => ({
      verifyIdToken: () => Promise.reject(Object.assign(new Error(message), { code })),
    }));
    await expect(failing.verify('a')).rejects.toThrow(IdentityUnavailable);
  });

  it('tries again to load the library that it could not load', async () => {
    let loads = 0;
    const late = new FirebaseIdTokens(async () => {
      if (++loads === 1) throw new Error('no file');
      return auth.client;
    });
    await expect(late.verify(auth.signIn(ANN))).rejects.toThrow('no file');
    expect(await late.verify(auth.signIn(ANN))).not.toBeNull();
  });
});
