import type { google } from '@google-cloud/firestore-api/protos';

type Filter = google.firestore.v1.StructuredQuery.IFilter;

/** How an index sorts by a field. */
export type Direction = 'ASCENDING' | 'DESCENDING';

/** What of a query decides the index that serves it; values, limits and cursors do not. Field lists are sorted. */
export interface QueryShape {
  /** Id of the collection; empty for a query over collections of any id. */
  collection: string;
  queryScope: 'COLLECTION' | 'COLLECTION_GROUP';
  /** Fields under `==`, among them comparisons with null and NaN. */
  equality: string[];
  in: string[];
  /** Fields under `array-contains` and `array-contains-any`. */
  arrayContains: string[];
  /** Fields under `<`, `<=`, `>`, `>=`, `!=`, `not-in`. */
  inequality: string[];
  orderBy: { field: string; direction: Direction }[];
}

type Clause = { kind: 'equality' | 'in' | 'arrayContains' | 'inequality'; field: string };

/** The shapes that a query asks an index for: one, or one for each branch of an `or`. */
export function shapesOf(query: google.firestore.v1.IStructuredQuery): QueryShape[] {
  const from = query.from?.[0];
  const orderBy = (query.orderBy ?? []).map(({ field, direction }) => ({
    field: field?.fieldPath ?? '',
    direction: direction === 'DESCENDING' ? ('DESCENDING' as const) : ('ASCENDING' as const),
  }));
  return branchesOf(query.where).map((clauses) => ({
    collection: from?.collectionId ?? '',
    queryScope: from?.allDescendants ? 'COLLECTION_GROUP' : 'COLLECTION',
    equality: fieldsOf(clauses, 'equality'),
    in: fieldsOf(clauses, 'in'),
    arrayContains: fieldsOf(clauses, 'arrayContains'),
    inequality: fieldsOf(clauses, 'inequality'),
    orderBy,
  }));
}

function branchesOf(filter: Filter | null | undefined): Clause[][] {
  if (!filter) return [[]];
  if (filter.compositeFilter) {
    const parts = (filter.compositeFilter.filters ?? []).map(branchesOf);
    if (filter.compositeFilter.op === 'OR') return parts.flat();
    return parts.reduce<Clause[][]>(
      (branches, part) => branches.flatMap((left) => part.map((right) => [...left, ...right])),
      [[]],
    );
  }
  return [[clauseOf(filter)]];
}

function clauseOf({ fieldFilter, unaryFilter }: Filter): Clause {
  const field = (fieldFilter ?? unaryFilter)?.field?.fieldPath ?? '';
  switch (fieldFilter?.op ?? unaryFilter?.op) {
    case 'EQUAL':
    case 'IS_NULL':
    case 'IS_NAN':
      return { kind: 'equality', field };
    case 'IN':
      return { kind: 'in', field };
    case 'ARRAY_CONTAINS':
    case 'ARRAY_CONTAINS_ANY':
      return { kind: 'arrayContains', field };
    default:
      return { kind: 'inequality', field };
  }
}

function fieldsOf(clauses: Clause[], kind: Clause['kind']): string[] {
  return [...new Set(clauses.filter((clause) => clause.kind === kind).map(({ field }) => field))].sort();
}
