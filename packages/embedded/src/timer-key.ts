import type { TimerKey } from '@minoots/core';

/** One text for a timer's key. */
export function keyOf({ teamId, timerId }: TimerKey): string {
  return `${teamId}\n${timerId}`;
}
