import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IdentityUnavailable } from '@minoots/core';
import { SignJWT, UnsecuredJWT } from 'jose';
import { OidcProvider } from '../../test/support/oidc-provider.ts';
import { OidcTokens } from './oidc-tokens.ts';

const ANN = { email: 'Ann@example.com', emailVerified: true, name: 'Ann' };
const DISCOVERY = '/.well-known/openid-configuration';

describe('OidcTokens', () => {
  let provider: OidcProvider;
  let tokens: OidcTokens;
  beforeEach(async () => {
    provider = await OidcProvider.start();
    tokens = new OidcTokens(provider);
  });
  afterEach(() => provider.close());

  it('knows a person by a token that the provider has signed', async () => {
    expect(await tokens.verify(await provider.signIn(ANN))).toEqual({
      userId: 'sub-Ann@example.com',
      email: 'ann@example.com',
      emailVerified: true,
      name: 'Ann',
    });
  });

  it.each<[unknown, boolean]>([
    ['true', true],
    ['false', false],
    [undefined, false],
    [null, false],
    ['maybe', false],
    [1, false],
  ])('takes an address that the provider calls verified with %j for %s', async (claim, isVerified) => {
    const person = await tokens.verify(await provider.signIn(ANN, { email_verified: claim }));
    expect(person?.emailVerified).toBe(isVerified);
  });

  it.each([
    ['for another audience', { aud: 'another' }],
    ['of another issuer', { iss: 'https://another.example' }],
    ['past its time', { exp: Math.floor(Date.now() / 1_000) - 60 }],
    ['before its time', { nbf: Math.floor(Date.now() / 1_000) + 60 }],
    ['without an end', { exp: undefined }],
    ['of nobody', { sub: undefined }],
    ['of somebody whose id is too long', { sub: 'x'.repeat(129) }],
    ['of the owner of the data folder', { sub: 'usr_owner' }],
  ])('knows nobody by a token %s', async (_, claims) => {
    expect(await tokens.verify(await provider.signIn(ANN, claims))).toBeNull();
  });

  it('knows nobody by a token that nobody has signed, or somebody else has', async () => {
    const claims = { sub: 'x', iss: provider.issuer, aud: provider.audience, exp: Date.now() };
    expect(await tokens.verify(new UnsecuredJWT(claims).encode())).toBeNull();
    const secret = new TextEncoder().encode('0123456789abcdef0123456789abcdef');
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: '1' }).sign(secret);
    expect(await tokens.verify(forged)).toBeNull();
    const [header, , signature] = (await provider.signIn(ANN)).split('.');
    const altered = Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url');
    expect(await tokens.verify(`${header}.${altered}.${signature}`)).toBeNull();
    const other = await OidcProvider.start();
    expect(await tokens.verify(await other.signIn(ANN, { iss: provider.issuer }))).toBeNull();
    await other.close();
  });

  it.each(['eyJ', 'eyJ.eyJ.', 'not a token'])('knows nobody by %j', async (token) => {
    expect(await tokens.verify(token)).toBeNull();
  });

  it.each([
    ['does not answer as it should', DISCOVERY, { status: 500, body: '{}' }],
    ['answers something else', DISCOVERY, { status: 200, body: 'hello' }],
    ['calls itself otherwise', DISCOVERY, { status: 200, body: '{"issuer":"x","jwks_uri":"http://x"}' }],
    ['does not give its keys', '/keys', { status: 503, body: '' }],
    ['gives no keys', '/keys', { status: 200, body: '{}' }],
  ])('says so when the provider %s, and knows people when it is back', async (_, path, answer) => {
    const token = await provider.signIn(ANN);
    provider.answers.set(path, answer);
    await expect(tokens.verify(token)).rejects.toThrow(IdentityUnavailable);
    provider.answers.clear();
    expect(await tokens.verify(token)).not.toBeNull();
  });

  it('says so when nobody answers', async () => {
    const token = await provider.signIn(ANN);
    await provider.close();
    await expect(tokens.verify(token)).rejects.toThrow(IdentityUnavailable);
  });
});
