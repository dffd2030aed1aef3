import type { TimerEvents, TimerTemplate } from '@minoots/contract';

/** A timer that an action would make, and where it stands in the request. */
export interface MadeTimer {
  template: TimerTemplate;
  pointer: string;
}

/** The timers that the actions of a request would make, those of these left out. */
export function madeTimers(events: TimerEvents, pointer: string): MadeTimer[] {
  const { on_expire, on_cancel, on_failure, on_progress } = events;
  return Object.entries({ on_expire, on_cancel, on_failure, on_progress }).flatMap(([event, set]) => {
    const named =
      set?.timer === undefined ? [] : [{ template: set.timer, pointer: `${pointer}/${event}/timer` }];
    const listed = (set?.actions ?? []).flatMap((action, index) =>
      action.type === 'timer' ? [{ template: action, pointer: `${pointer}/${event}/actions/${index}` }] : [],
    );
    return [...named, ...listed];
  });
}
