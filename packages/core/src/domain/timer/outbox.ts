import type { OutboxItem, ParentOutcome, Timer } from './state.ts';
import { isPending } from './time.ts';

/** What a change brings that others have to be told. @param item what the items of this change have in common */
export function newsForOthers(
  before: Timer,
  after: Timer,
  item: Pick<OutboxItem, 'version' | 'since'>,
): OutboxItem[] {
  const outcome = outcomeOf(after);
  if (after.status === before.status || outcome === null) return [];
  const news: OutboxItem[] = [];
  if (after.hasDependents) news.push({ ...item, type: 'wake-dependents', outcome });
  if (after.scheduleId !== null && isPending(before))
    news.push({ ...item, type: 'spawn-next', scheduleId: after.scheduleId });
  return news;
}

/** All that a timer has done that others may wait for, in order, with when it did so, in epoch ms. */
export function outcomesOf(timer: Timer): { outcome: ParentOutcome; at: number }[] {
  const outcome = outcomeOf(timer);
  if (outcome === null) return [];
  const firedAt = 'firedAt' in timer ? timer.firedAt : null;
  const endedAt = 'settledAt' in timer ? timer.settledAt : null;
  const at = endedAt ?? firedAt ?? timer.updatedAt;
  return firedAt === null || firedAt === at
    ? [{ outcome, at }]
    : [
        { outcome: 'fired', at: firedAt },
        { outcome, at },
      ];
}

/** What a timer has done that others may wait for; null while it has done nothing of it. */
export function outcomeOf({ status }: Timer): ParentOutcome | null {
  switch (status) {
    case 'firing':
      return 'fired';
    case 'expired':
      return 'succeeded';
    case 'failed':
      return 'undelivered';
    case 'skipped':
    case 'cancelled':
      return 'failed';
    default:
      return null;
  }
}
