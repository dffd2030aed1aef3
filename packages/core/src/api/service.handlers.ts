import type { Readiness } from '@minoots/contract';
import { fromRejection, MinootsError } from '../app/errors.ts';
import { parseDuration } from '../domain/duration.ts';
import type { SigningSecretStore } from '../ports/signing-secret-store.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

export interface ServiceDeps {
  secrets: SigningSecretStore;
  /** Asks every part that requests depend on. */
  readiness: () => Promise<Readiness['checks']>;
  /** Moves the virtual clock by so many ms, and resolves with its new instant once all that fell due is done; null on real time. */
  advanceClock: ((byMs: number) => Promise<number>) | null;
  version: string;
}

const UNREADY = 503;

/** Handlers of the operations on the service itself. */
export function serviceHandlers({
  secrets,
  readiness,
  advanceClock,
  version,
}: ServiceDeps): Pick<Handlers, 'getSigningSecrets' | 'advanceClock' | 'healthz' | 'readyz'> {
  return {
    async getSigningSecrets({ ctx }) {
      return { body: { secrets: [...(await secrets.forTeam(ctx.principal.teamId))] } };
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
