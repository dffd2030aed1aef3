import { PortableTimer } from '@minoots/contract';
import type { Timer } from '../domain/timer/state.ts';
import { toPortable } from '../wire/portable.ts';
import { everyLife } from './timer-lives.ts';

/** A timer somewhere in its life that has not ended, and the same in its portable form. */
export interface PortableMoment {
  timer: Timer;
  portable: PortableTimer;
  /** When it became what it is, epoch ms. */
  at: number;
}

/** Timers of every status that can move, one of each of many lives at most, with fields that a request can have. */
export function portableMoments(): PortableMoment[] {
  const found: PortableMoment[] = [];
  everyLife((_, moments) => {
    const pending = moments.flatMap(({ before, after, now: at }) => {
      const portable = after !== before && isPossible(after) ? toPortable(after) : null;
      return portable === null ? [] : [{ timer: after, portable, at }];
    });
    const rare = pending.findLast(({ portable }) => portable.clock.status !== 'running');
    const [moment] = [rare, pending.at(-1)].filter((each) => each !== undefined);
    if (moment !== undefined) found.push(moment);
  });
  return found;
}

/** Lives are made of names and conditions that no request could ask for, too. */
function isPossible({ name, conditions }: Timer): boolean {
  if (!PortableTimer.shape.name.safeParse(name).success) return false;
  return (
    conditions?.onUnmet.type !== 'recheck' || conditions.onUnmet.giveUpAfterMs >= conditions.onUnmet.everyMs
  );
}
