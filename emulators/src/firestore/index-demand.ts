import type { Direction, QueryShape } from './query-shape.ts';

const NAME = '__name__';

/** What a query asks of an index. */
export interface IndexDemand {
  /** The fields under equality, and whether the whole value or an element of the array is compared. */
  equality: Map<string, 'VALUE' | 'CONTAINS'>;
  /** The fields that come after those, in order. `__name__` is not among them. */
  order: { field: string; direction: Direction }[];
  /** Null where no order is asked for and equality leaves the names alone to sort by: either direction will do. */
  nameDirection: Direction | null;
}

/** Derives the order that Firestore gives to the results: what is asked for, then the fields compared, then the name. */
export function indexDemandOf(query: QueryShape): IndexDemand {
  const values = new Set([...query.equality, ...query.in]);
  const named = query.orderBy.findIndex(({ field }) => field === NAME);
  const asked = named === -1 ? query.orderBy : query.orderBy.slice(0, named);
  const last = asked.at(-1)?.direction ?? 'ASCENDING';
  const compared = query.inequality
    .filter((field) => field !== NAME && !asked.some((each) => each.field === field))
    .map((field) => ({ field, direction: last }));
  return {
    equality: new Map([
      ...[...values].filter((field) => field !== NAME).map((field) => [field, 'VALUE'] as const),
      ...query.arrayContains.map((field) => [field, 'CONTAINS'] as const),
    ]),
    // A field that is fixed to one value sorts nothing.
    order: [...asked, ...compared].filter(({ field }) => !values.has(field)),
    nameDirection: sortsByNothing(query) ? null : (query.orderBy[named]?.direction ?? last),
  };
}

function sortsByNothing({ orderBy, inequality }: QueryShape): boolean {
  return orderBy.length === 0 && inequality.length === 0;
}
