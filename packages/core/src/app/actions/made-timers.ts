import type { ActionSet, MessageTemplate, TimerEvents, TimerTemplate } from '@minoots/contract';

/** What an action would leave for later: a timer that it makes, or the escalation of a message; and where it stands. */
export type MadeTimer = { pointer: string } & (
  | { type: 'timer'; template: TimerTemplate }
  | { type: 'escalation'; actions: ActionSet | undefined }
);

/** What the actions of a request would make, without what those make in turn. */
export function madeTimers(events: TimerEvents, pointer: string): MadeTimer[] {
  const { on_expire, on_cancel, on_failure, on_progress } = events;
  return Object.entries({ on_expire, on_cancel, on_failure, on_progress }).flatMap(([event, set]) =>
    set === undefined ? [] : madeBy(set, `${pointer}/${event}`),
  );
}

/** What one set of actions would make. @param pointer where the set stands in the request */
export function madeBy({ timer, message, actions = [] }: ActionSet, pointer: string): MadeTimer[] {
  const named = timer === undefined ? [] : [asTimer(timer, `${pointer}/timer`)];
  const posted = typeof message === 'object' ? asEscalation(message, `${pointer}/message`) : [];
  const listed = actions.flatMap((action, index) => {
    const at = `${pointer}/actions/${index}`;
    if (action.type === 'timer') return [asTimer(action, at)];
    return action.type === 'message' ? asEscalation(action, at) : [];
  });
  return [...named, ...posted, ...listed];
}

function asTimer(template: TimerTemplate, pointer: string): MadeTimer {
  return { type: 'timer', template, pointer };
}

function asEscalation({ ack_within, escalate_to }: MessageTemplate, pointer: string): MadeTimer[] {
  return ack_within === undefined ? [] : [{ type: 'escalation', actions: escalate_to, pointer }];
}
