import type { CreateTimerRequest, OnUnmet } from '@minoots/contract';
import { parseDuration } from '../../domain/duration.ts';
import { ok, type Result, reject } from '../../domain/rejection.ts';
import type { Conditions } from '../../domain/timer/state.ts';
import { checkConditions } from './check.ts';

const DAY_MS = 86_400_000;
const RECHECK_MS = { minMs: 1_000, maxMs: DAY_MS };
const MAX_GIVE_UP_MS = 30 * DAY_MS;
/** Most looks at the conditions of one timer: each costs reads, a write and an alarm. */
const MAX_LOOKS = 10_000;

/**
 * Reads the conditions of a request.
 * @returns null where it has none, or the rejection (`invalid_request`) of the first field at fault
 */
export function parseConditions({
  conditions,
  on_unmet: onUnmet,
}: Pick<CreateTimerRequest, 'conditions' | 'on_unmet'>): Result<Conditions | null> {
  if (conditions === undefined) {
    return onUnmet === undefined
      ? ok(null)
      : reject('invalid_request', 'goes with conditions, and there are none', '/on_unmet');
  }
  const fault = checkConditions(conditions, '/conditions');
  if (fault !== null) return fault;
  const parsed = parseOnUnmet(onUnmet ?? 'skip');
  return parsed.ok ? ok({ query: conditions, onUnmet: parsed.value }) : parsed;
}

function parseOnUnmet(input: OnUnmet): Result<Conditions['onUnmet']> {
  if (input === 'skip') return ok({ type: 'skip' });
  const every = parseDuration(input.recheck_every, '/on_unmet/recheck_every', RECHECK_MS);
  if (!every.ok) return every;
  const bounds = { minMs: every.value, maxMs: Math.min(MAX_GIVE_UP_MS, MAX_LOOKS * every.value) };
  const giveUp = parseDuration(input.give_up_after, '/on_unmet/give_up_after', bounds);
  if (!giveUp.ok) return giveUp;
  return ok({ type: 'recheck', everyMs: every.value, giveUpAfterMs: giveUp.value });
}
