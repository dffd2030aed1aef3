import type { Team } from '../../domain/team/state.ts';
import { type PaymentService, PaymentsUnreachable } from '../../ports/payment-service.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { livingTeam } from '../teams/find.ts';

/** What the use cases of billing need. */
export interface BillingDeps
  extends Pick<Deps, 'teams' | 'timers' | 'quotas' | 'clock' | 'enterpriseHistoryMs'> {
  /** Null where the service takes no payments. */
  payments: PaymentService | null;
}

/** How long history stays that a smaller plan would delete, in ms: 30 days. */
export const HISTORY_GRACE_MS = 30 * 86_400_000;

/** @throws MinootsError `billing_unavailable` */
export function payments({ payments: service }: BillingDeps): PaymentService {
  if (service !== null) return service;
  throw new MinootsError(
    'billing_unavailable',
    'Ask whoever runs this service to change the plan of the team',
  );
}

export async function teamOf({ teams }: Pick<BillingDeps, 'teams'>, teamId: string): Promise<Team> {
  const team = await livingTeam(teams, teamId);
  if (team === null) throw new MinootsError('not_found', `There is no team ${teamId}`);
  return team;
}

/** @throws MinootsError `payments_unreachable` */
export async function reaching<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PaymentsUnreachable)
      throw new MinootsError('payments_unreachable', 'Nothing has changed; try again in a minute');
    throw error;
  }
}
