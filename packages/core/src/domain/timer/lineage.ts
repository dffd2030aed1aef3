import type { Lineage, Timer } from './state.ts';

/** Most timers that come one of another, not counting the first: a line that never ends would be a fork bomb. */
export const MAX_LINEAGE_DEPTH = 10;

/** Where a timer that this one makes stands in its line. */
export function lineageBelow({ id, lineage }: Pick<Timer, 'id' | 'lineage'>): Lineage {
  return { rootId: lineage?.rootId ?? id, parentId: id, depth: (lineage?.depth ?? 0) + 1 };
}
