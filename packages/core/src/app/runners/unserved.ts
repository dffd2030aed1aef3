import { isForRunner, type RunnerAction } from '../../domain/action.ts';
import { canTake } from '../../domain/runner.ts';
import { actionsOf } from '../../domain/timer/deliveries.ts';
import type { Timer, Trigger } from '../../domain/timer/state.ts';
import type { Deps } from '../deps.ts';
import { isOnline } from './list.ts';

const TRIGGERS = ['progress', 'expire', 'cancel', 'failure'] as const satisfies Trigger[];

/** An action that would wait for a runner, and what sets it off. */
export interface UnservedAction {
  trigger: Trigger;
  action: RunnerAction;
}

/** What a timer does that no runner which is there at present could carry out. */
export async function unservedActions(
  { runners, clock }: Pick<Deps, 'runners' | 'clock'>,
  { teamId, events }: Pick<Timer, 'teamId' | 'events'>,
): Promise<UnservedAction[]> {
  const asked = TRIGGERS.flatMap((trigger) =>
    actionsOf(events, trigger).flatMap((action) => (isForRunner(action) ? [{ trigger, action }] : [])),
  );
  if (asked.length === 0) return [];
  const now = clock.now();
  const online = (await runners.list(teamId)).filter((runner) => isOnline(runner, now));
  return asked.filter(({ action }) => !online.some((runner) => canTake(runner, action)));
}
