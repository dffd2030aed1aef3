import { type IndexDemand, indexDemandOf } from './index-demand.ts';
import type { CompositeIndex, FirestoreIndexes } from './index-file.ts';
import type { QueryShape } from './query-shape.ts';
import { type Index, indexOf, singleFieldIndexes } from './usable-index.ts';

export interface IndexReport {
  /** Queries that Firestore would refuse with FAILED_PRECONDITION. */
  unserved: QueryShape[];
  /** Composite indexes that serve none of the queries; each costs storage and index entries at every write. */
  unused: CompositeIndex[];
}

/**
 * Compares queries with indexes by the rules of Firestore's Standard edition
 * (https://firebase.google.com/docs/firestore/query-data/index-overview):
 * - an index serves a query when its first fields are all under `==`, `in` or `array-contains`, in any order, and its
 *   other fields are exactly those that the query sorts by or compares, in order and direction; an index is not read
 *   backwards, so the descending query needs one of its own;
 * - several indexes with the same such ending are merged when together they name all the fields under equality; only of
 *   the single-field ones nothing must be declared;
 * - `__name__` comes last, in the direction of the field before it unless it is named;
 * - collection and collection-group queries have indexes of their own.
 *
 * Aggregated fields of sums and averages and vector queries are not looked at.
 */
export function checkIndexes(
  queries: QueryShape[],
  { indexes, fieldOverrides }: FirestoreIndexes,
): IndexReport {
  const used = new Set<CompositeIndex>();
  const unserved = queries.filter((query) => {
    const demand = indexDemandOf(query);
    const candidates = [
      ...indexes.filter((each) => isFor(each, query)).flatMap(indexOf),
      ...singleFieldIndexes(query, demand, fieldOverrides),
    ];
    const serving = servingIndexes(demand, candidates);
    for (const { declared } of serving ?? []) if (declared) used.add(declared);
    return serving === null;
  });
  return { unserved, unused: indexes.filter((index) => !used.has(index)) };
}

function isFor({ collectionGroup, queryScope }: CompositeIndex, query: QueryShape): boolean {
  return collectionGroup === query.collection && queryScope === query.queryScope;
}

/** The indexes by which the query can be answered, or null when there are none. */
function servingIndexes(demand: IndexDemand, candidates: Index[]): Index[] | null {
  const directions = demand.nameDirection ? [demand.nameDirection] : (['ASCENDING', 'DESCENDING'] as const);
  const serving = directions.flatMap(
    (direction) =>
      servingTogether(
        demand,
        candidates.filter(({ nameDirection }) => nameDirection === direction),
      ) ?? [],
  );
  return serving.length > 0 ? serving : null;
}

/** Of indexes with the same direction of names: those that serve the query alone, else those to merge. */
function servingTogether(demand: IndexDemand, candidates: Index[]): Index[] | null {
  const matching = candidates.flatMap((index) => {
    const head = headOf(index, demand);
    return head ? [{ index, head }] : [];
  });
  const alone = matching.filter(({ head }) => head.length === demand.equality.size);
  if (alone.length > 0) return alone.map(({ index }) => index);
  const covered = new Set(matching.flatMap(({ head }) => head));
  return covered.size === demand.equality.size ? matching.map(({ index }) => index) : null;
}

/** The equality fields that an index covers, or null when the query cannot be read from it. */
function headOf({ fields }: Index, { equality, order }: IndexDemand): string[] | null {
  const split = fields.length - order.length;
  if (split < 0) return null;
  const tail = fields.slice(split);
  if (!tail.every(({ field, mode }, at) => field === order[at]?.field && mode === order[at]?.direction)) {
    return null;
  }
  const head = fields.slice(0, split);
  const isEqualityOnly = head.every(
    ({ field, mode }) => equality.get(field) === (mode === 'CONTAINS' ? 'CONTAINS' : 'VALUE'),
  );
  if (!isEqualityOnly || (head.length === 0 && equality.size > 0)) return null;
  return head.map(({ field }) => field);
}
