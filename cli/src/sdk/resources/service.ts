import type { RotateSigningSecretRequest, SigningSecretEntry } from '@minoots/contract';
import type { AnswerOf } from '../wire.ts';
import type { Call } from './caller.ts';

/** Operations on the service itself. Every method throws MinootsError. */
export class Service {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  health(): Promise<AnswerOf<'healthz'>> {
    return this.#call('healthz');
  }

  readiness(): Promise<AnswerOf<'readyz'>> {
    return this.#call('readyz');
  }

  /** The secrets that sign webhooks, newest first. */
  async signingSecrets(): Promise<string[]> {
    return (await this.#call('getSigningSecrets')).secrets;
  }

  /** Makes a new secret that signs webhooks; the one before goes on signing for a day unless told. */
  async rotateSigningSecret(request: RotateSigningSecretRequest = {}): Promise<SigningSecretEntry[]> {
    return (await this.#call('rotateSigningSecret', { body: request })).data;
  }

  /** Moves a virtual clock and fires what falls due; only where the server runs with one. */
  advanceClock(by: number | string): Promise<AnswerOf<'advanceClock'>> {
    return this.#call('advanceClock', { body: { by } });
  }
}
