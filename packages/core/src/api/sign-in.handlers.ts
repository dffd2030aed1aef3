import type { Deps } from '../app/deps.ts';
import { beginSession } from '../app/sign-in/begin-session.ts';
import { createSignInLink } from '../app/sign-in/create-link.ts';
import type { SignInDeps } from '../app/sign-in/owner.ts';
import { toWireApiKey } from '../wire/api-key.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations by which the owner of a server signs in to its dashboard. */
export function signInHandlers(
  deps: Deps & SignInDeps,
): Pick<Handlers, 'createSignInLink' | 'createSession'> {
  return {
    async createSignInLink({ ctx, body, request }) {
      const { link, code, page } = await createSignInLink(deps, ctx, body);
      const url = new URL(page, request.url);
      url.hash = `code=${code}`;
      return { body: { id: link.id, url: url.href, expires_at: toInstant(link.expiresAt) } };
    },
    async createSession({ body }) {
      const { key, record } = await beginSession(deps, body.code);
      return { body: { ...toWireApiKey(record, deps.clock.now()), key } };
    },
  };
}
