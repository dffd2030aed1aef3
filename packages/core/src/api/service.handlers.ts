import type { Readiness, SigningSecretEntry as WireEntry } from '@minoots/contract';
import { fromRejection, MinootsError } from '../app/errors.ts';
import { getSigningSecrets } from '../app/signing-secrets/get.ts';
import { rotateSigningSecret, type SigningSecretDeps } from '../app/signing-secrets/rotate.ts';
import { parseDuration } from '../domain/duration.ts';
import type { SigningSecretEntry } from '../domain/signing-secret/state.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

export interface ServiceDeps extends SigningSecretDeps {
  /** Asks every part that requests depend on. */
  readiness: () => Promise<Readiness['checks']>;
  /** Moves the virtual clock by so many ms, and resolves with its new instant once all that fell due is done; null on real time. */
  advanceClock: ((byMs: number) => Promise<number>) | null;
  version: string;
}

const UNREADY = 503;

type ServiceHandlers = Pick<
  Handlers,
  'getSigningSecrets' | 'rotateSigningSecret' | 'advanceClock' | 'healthz' | 'readyz'
>;

/** Handlers of the operations on the service itself. */
export function serviceHandlers(deps: ServiceDeps): ServiceHandlers {
  const { readiness, advanceClock, version } = deps;
  return {
    async getSigningSecrets({ ctx }) {
      return { body: { secrets: [...(await getSigningSecrets(deps, ctx))] } };
    },
    async rotateSigningSecret({ ctx, body }) {
      const entries = await rotateSigningSecret(deps, ctx, body);
      return { body: { data: entries.map(toWire) } };
    },
    async advanceClock({ body }) {
      if (advanceClock === null) throw new MinootsError('not_found', 'This server runs on real time');
      const by = parseDuration(body.by, '/by');
      if (!by.ok) throw fromRejection(by);
      return { body: { now: toInstant(await advanceClock(by.value)) } };
    },
    async healthz() {
      return { body: { status: 'ok', version } };
    },
    async readyz() {
      const checks = await readiness();
      const isReady = Object.values(checks).every(({ ok }) => ok);
      return isReady
        ? { body: { status: 'ready', checks } }
        : { status: UNREADY, body: { status: 'unready', checks } };
    },
  };
}

function toWire({ id, madeAt, worksUntil }: SigningSecretEntry): WireEntry {
  return { id, created_at: madeAt === 0 ? null : toInstant(madeAt), works_until: toInstant(worksUntil) };
}
