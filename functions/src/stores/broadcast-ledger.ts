import type { Timestamp } from 'firebase-admin/firestore';
import { compareCommits, type Position, readCommitPosition } from './timer-position.ts';

/** Acknowledgements after the mark at which it moves on: the next reads are spared so many documents for one write. */
const MOVES_AFTER = 50;

/**
 * Which messages to the team an agent has acknowledged, without reading them. Each message is named by its position, and the
 * mark divides them: of those up to it the ones that are left are listed, of those after it the acknowledged ones.
 */
export interface Ledger {
  /** Null: before all. */
  mark: string | null;
  left: readonly string[];
  acknowledged: readonly string[];
}

export const EMPTY_LEDGER: Ledger = { mark: null, left: [], acknowledged: [] };

/** Whether the message at a position is acknowledged. */
export function isAcknowledged({ mark, left, acknowledged }: Ledger, position: string): boolean {
  return isUpTo(position, mark) ? !left.includes(position) : acknowledged.includes(position);
}

/** The ledger with one more message acknowledged. */
export function withAcknowledged(ledger: Ledger, position: string): Ledger {
  return isUpTo(position, ledger.mark)
    ? { ...ledger, left: ledger.left.filter((each) => each !== position) }
    : { ...ledger, acknowledged: [...ledger.acknowledged, position] };
}

/**
 * The ledger with its mark moved on; null where that is not worth a write.
 * @param seen all messages after the mark that were to be seen, up to some point, in order
 * @param gone of those left, the ones that are over
 * @param settledAt the instant before which nothing more can come in
 */
export function movedOn(
  ledger: Ledger,
  seen: readonly string[],
  gone: ReadonlySet<string>,
  settledAt: Timestamp,
): Ledger | null {
  const acknowledged = new Set(ledger.acknowledged);
  const passed = seen.filter((position) => readCommitPosition(position).at <= settledAt);
  const mark = passed.at(-1);
  if (mark === undefined || passed.filter((each) => acknowledged.has(each)).length < MOVES_AFTER) return null;
  const left = [...ledger.left, ...passed.filter((position) => !acknowledged.has(position))];
  return {
    mark,
    left: left.filter((position) => !gone.has(position)),
    acknowledged: ledger.acknowledged.filter((position) => !isUpTo(position, mark)),
  };
}

/** The later of two positions. */
export function later(
  one: Position<Timestamp> | null,
  other: Position<Timestamp> | null,
): Position<Timestamp> | null {
  if (one === null || other === null) return one ?? other;
  return compareCommits(one, other) > 0 ? one : other;
}

function isUpTo(position: string, mark: string | null): boolean {
  if (mark === null) return false;
  return compareCommits(readCommitPosition(position), readCommitPosition(mark)) <= 0;
}
