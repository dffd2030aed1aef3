/** The most that may be used, and how late that was decided: of two limits the later holds. Null: not limited. */
export interface Bound {
  max: number | null;
  revision: number;
}

/**
 * A part of a counter: what is used of it, and up to where it may be used without asking the other parts. `bound` is that
 * of the limit which the grant is a share of.
 */
export interface Part extends Bound {
  used: number;
  grant: number;
}

export const EMPTY_PART: Part = { used: 0, grant: 0, max: null, revision: 0 };

/** Most parts of a counter. Each is a document, which takes a few changes a second for long. */
export const MAX_SPREAD = 32;
/** Places of one part, more or less: near a limit parts have to ask each other, and the more there are the sooner. */
const PLACES_PER_PART = 200;

/** How many parts a counter of such a limit is in. */
export function spreadOf({ max }: Pick<Bound, 'max'>): number {
  return max === null ? 1 : Math.min(MAX_SPREAD, Math.max(1, Math.ceil(max / PLACES_PER_PART)));
}

/** The later of two bounds. */
export function laterOf(one: Bound, other: Bound): Bound {
  const { max, revision } = one.revision >= other.revision ? one : other;
  return { max, revision };
}

/** How many places a part has left by itself. */
export function roomOf({ used, grant }: Part): number {
  return grant - used;
}

/** How many places are left of all parts together. */
export function freeOf(parts: readonly Part[], { max }: Bound): number {
  return max === null ? Number.POSITIVE_INFINITY : max - usedOf(parts);
}

/** What is used of all parts together. */
export function usedOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { used }) => sum + used, 0);
}

/**
 * The parts after `taken` places were taken of the part `index`, which may be more than are left. What the part has no
 * room for comes from the grants of the others, so that the room of all parts is never more than what is left. Parts that
 * stay the same are the very same.
 */
export function take(parts: readonly Part[], index: number, taken: number, bound: Bound): Part[] {
  const after = parts.map((part, number) => (number === index ? { ...part, used: part.used + taken } : part));
  const isEven = parts.every(({ max }) => max === bound.max);
  const rooms = parts.reduce((sum, part) => sum + Math.max(0, roomOf(part)), 0);
  const isGranted = rooms === Math.max(0, freeOf(parts, bound));
  const missing = taken - (parts[index] === undefined ? 0 : Math.max(0, roomOf(parts[index])));
  const isThere = rooms >= taken;
  return isEven && isGranted && isThere ? borrow(after, index, missing) : grantAnew(after, bound);
}

/** The parts with what is left shared out evenly; where nothing is, none can give anything by itself. */
export function grantAnew(parts: readonly Part[], bound: Bound): Part[] {
  const free = freeOf(parts, bound);
  const spread = Math.min(parts.length, spreadOf(bound));
  return parts.map((part, number): Part => {
    const isSharing = Number.isFinite(free) && free > 0 && number < spread;
    const share = isSharing ? Math.floor(free / spread) + (number < free % spread ? 1 : 0) : 0;
    // Below what is used by as much, where there is no share: a place that is given back must not be had here alone.
    const grant = free > 0 ? part.used + share : Math.min(0, part.used);
    const isSame = grant === part.grant && bound.max === part.max && bound.revision === part.revision;
    return isSame ? part : { ...part, ...bound, grant };
  });
}

/** Lets one part have room that others have: what it lacks, and half of what the richest have, lest it ask again at once. */
function borrow(parts: readonly Part[], index: number, lacking: number): Part[] {
  const after = [...parts];
  let missing = lacking;
  while (missing > 0) {
    const [richest, part] = richestBut(after, index);
    const own = after[index];
    if (part === undefined || own === undefined || roomOf(part) <= 0)
      throw new Error('the rooms of parts do not add up');
    const amount = Math.max(Math.min(roomOf(part), missing), Math.floor(roomOf(part) / 2));
    after[richest] = { ...part, grant: part.grant - amount };
    after[index] = { ...own, grant: own.grant + amount };
    missing -= amount;
  }
  return after;
}

function richestBut(parts: readonly Part[], index: number): [number, Part | undefined] {
  let richest = -1;
  for (const [number, part] of parts.entries()) {
    const best = parts[richest];
    if (number !== index && (best === undefined || roomOf(part) > roomOf(best))) richest = number;
  }
  return [richest, parts[richest]];
}
