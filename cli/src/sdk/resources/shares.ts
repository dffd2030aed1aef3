import type { Share, ShareTimerRequest } from '@minoots/contract';
import type { Call } from './caller.ts';

/** Operations on the shares of timers with other teams. Every method throws MinootsError. */
export class Shares {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Shares a timer with another team, or changes what that team may do. */
  create(timerId: string, request: ShareTimerRequest): Promise<Share> {
    return this.#call('shareTimer', { id: timerId, body: request });
  }

  /** With whom a timer is shared. */
  async list(timerId: string): Promise<Share[]> {
    return (await this.#call('listShares', { id: timerId })).data;
  }

  /** Ends a share at once. @param team slug or id */
  revoke(timerId: string, team: string): Promise<Share> {
    return this.#call('revokeShare', { params: { id: timerId, team } });
  }
}
