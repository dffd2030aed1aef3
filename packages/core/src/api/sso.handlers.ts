import type { Deps } from '../app/deps.ts';
import { claimDomain } from '../app/sso/claim.ts';
import { dropDomain } from '../app/sso/drop.ts';
import { getSso } from '../app/sso/get.ts';
import { removeSso } from '../app/sso/remove.ts';
import { setSso } from '../app/sso/set.ts';
import { verifyDomain } from '../app/sso/verify.ts';
import { toWireDomain, toWireSso } from '../wire/sso.ts';
import type { Handlers } from './operation.ts';

type SsoHandlers = Pick<
  Handlers,
  'getSso' | 'setSso' | 'removeSso' | 'claimDomain' | 'verifyDomain' | 'dropDomain'
>;

/** Handlers of the operations on single sign-on. */
export function ssoHandlers(deps: Deps): SsoHandlers {
  return {
    async getSso({ ctx }) {
      return { body: toWireSso(await getSso(deps, ctx)) };
    },
    async setSso({ ctx, body }) {
      return { body: toWireSso(await setSso(deps, ctx, body)) };
    },
    async removeSso({ ctx }) {
      return { body: toWireSso(await removeSso(deps, ctx)) };
    },
    async claimDomain({ ctx, body }) {
      return { body: toWireDomain(await claimDomain(deps, ctx, body.domain)) };
    },
    async verifyDomain({ ctx, params }) {
      return { body: toWireDomain(await verifyDomain(deps, ctx, params.domain)) };
    },
    async dropDomain({ ctx, params }) {
      return { body: toWireDomain(await dropDomain(deps, ctx, params.domain)) };
    },
  };
}
