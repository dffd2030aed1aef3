import type { TestPerson } from '@minoots/core/testing';
import * as z from 'zod';
import type { StackUnderTest } from './stacks.ts';

/** The emulator takes any. */
const API_KEY = 'any';
const PASSWORD = 'correct horse battery staple';

const Account = z.object({ localId: z.string(), idToken: z.string() });

/** Signs a person up in the Auth emulator, or in where they have an account, and gives their ID token. */
export async function signIn(
  stack: Pick<StackUnderTest, 'authHost' | 'projectId'>,
  { email, emailVerified, name }: TestPerson,
): Promise<string> {
  const account = { email, password: PASSWORD, returnSecureToken: true };
  const signUp = { ...account, ...(name === undefined ? {} : { displayName: name }) };
  const isNew = (await call(stack, `accounts:signUp?key=${API_KEY}`, signUp)) !== null;
  const enter = async () =>
    Account.parse(await call(stack, `accounts:signInWithPassword?key=${API_KEY}`, account));
  const entered = await enter();
  if (!isNew || !emailVerified) return entered.idToken;
  const verified = { localId: entered.localId, emailVerified: true };
  await call(stack, `projects/${stack.projectId}/accounts:update`, verified);
  // What a token says of its person is what held when it was made.
  return (await enter()).idToken;
}

/** Null where there is an account with the address already. */
async function call(
  { authHost, projectId }: Pick<StackUnderTest, 'authHost' | 'projectId'>,
  path: string,
  body: object,
): Promise<unknown> {
  const url = `http://${authHost}/identitytoolkit.googleapis.com/v1/${path}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
    body: JSON.stringify({ targetProjectId: projectId, ...body }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  if (text.includes('EMAIL_EXISTS')) return null;
  throw new Error(`the Auth emulator answers ${response.status} to ${path}: ${text}`);
}
