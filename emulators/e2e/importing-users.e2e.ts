import { scryptSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { ROOT } from '../src/root.ts';
import { installFirebaseTools } from '../src/tools.ts';
import { stacksUnderTest } from './support/stacks.ts';

const { real } = stacksUnderTest();
const Sample = z.object({
  users: z.array(
    z.looseObject({
      localId: z.string(),
      email: z.string(),
      passwordHash: z.base64().optional(),
      salt: z.base64().optional(),
    }),
  ),
});

async function sample() {
  return Sample.parse(JSON.parse(await readFile(join(ROOT, 'docs/guide/users.json'), 'utf8'))).users;
}

describe('the sample for `firebase auth:import`', () => {
  it('is what the tool takes', async () => {
    const tool = await installFirebaseTools();
    const { validateUserJson } = createRequire(tool)(join(dirname(tool), '..', 'accountImporter'));
    for (const user of await sample()) expect(validateUserJson(user)).toEqual({});
    expect(validateUserJson({ localId: 'x', password: 'plain' })).toHaveProperty('error');
  });

  it('has the password that the guide names, hashed as the guide has it', async () => {
    const [ann] = await sample();
    const salt = Buffer.from(ann?.salt ?? '', 'base64');
    const hash = scryptSync('correct horse battery staple', salt, 64, { N: 16_384, r: 8, p: 1 });
    expect(ann?.passwordHash).toBe(hash.toString('base64'));
  });

  it('is taken by the Auth emulator, person by person', async () => {
    const users = await sample();
    const base = `http://${real.authHost}/identitytoolkit.googleapis.com/v1/projects/${real.projectId}`;
    const call = async (path: string, body: object): Promise<unknown> => {
      const headers = { 'content-type': 'application/json', authorization: 'Bearer owner' };
      const response = await fetch(`${base}/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return response.json();
    };
    expect(await call('accounts:batchCreate', { users })).toMatchObject({ error: [] });
    const found = await call('accounts:lookup', { localId: users.map(({ localId }) => localId) });
    const emails = z.object({ users: z.array(z.looseObject({ email: z.string() })) }).parse(found);
    expect(emails.users.map(({ email }) => email)).toEqual(users.map(({ email }) => email));
  });
});
