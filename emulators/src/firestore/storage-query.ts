import type { google } from '@google-cloud/firestore-api/protos';
import { status } from '@grpc/grpc-js';
import { RpcFault } from './faults.ts';

type Query = google.firestore.v1.IStructuredQuery;
type Filter = google.firestore.v1.StructuredQuery.IFilter;

/** https://firebase.google.com/docs/firestore/query-data/queries#limits_on_or_queries */
const MAX_DISJUNCTIONS = 30;

/**
 * Rephrases a query so that the in-process database answers it as Firestore would:
 * - a document without a field that is ordered by or compared has no entry in Firestore's index, so it is not found;
 * - `in` takes 30 values, the in-process database 10;
 * - skipped results are billed, so an offset is taken off here and applied by `skip`.
 */
export function toStorageQuery(query: Query): { query: Query; skip: number } {
  const { offset, ...rest } = query;
  const skip = offset ?? 0;
  const conditions = (query.orderBy ?? [])
    .map(({ field }) => field?.fieldPath)
    .filter((path) => typeof path === 'string')
    .filter((path) => path !== '__name__')
    .map(exists);
  if (query.where) conditions.unshift(rephrase(query.where));
  const limit = query.limit?.value;
  return {
    query: {
      ...rest,
      ...(conditions.length > 0 && { where: all(conditions) }),
      ...(typeof limit === 'number' && { limit: { value: limit + skip } }),
    },
    skip,
  };
}

function rephrase(filter: Filter): Filter {
  const { compositeFilter, fieldFilter } = filter;
  if (compositeFilter) {
    return { compositeFilter: { ...compositeFilter, filters: compositeFilter.filters?.map(rephrase) ?? [] } };
  }
  if (fieldFilter?.op === 'IN') return anyOf(fieldFilter);
  if (fieldFilter?.op === 'NOT_EQUAL') {
    return all([filter, { unaryFilter: { op: 'IS_NOT_NULL', field: fieldFilter.field ?? null } }]);
  }
  return filter;
}

function anyOf({ field, value }: google.firestore.v1.StructuredQuery.IFieldFilter): Filter {
  const values = value?.arrayValue?.values ?? [];
  if (values.length === 0 || values.length > MAX_DISJUNCTIONS) {
    throw new RpcFault(status.INVALID_ARGUMENT, `'IN' supports 1 to ${MAX_DISJUNCTIONS} comparison values.`);
  }
  const filters = values.map((each) => ({
    fieldFilter: { field: field ?? null, op: 'EQUAL' as const, value: each },
  }));
  return { compositeFilter: { op: 'OR', filters } };
}

function exists(fieldPath: string): Filter {
  const filters = (['IS_NULL', 'IS_NOT_NULL'] as const).map((op) => ({
    unaryFilter: { op, field: { fieldPath } },
  }));
  return { compositeFilter: { op: 'OR', filters } };
}

function all(filters: Filter[]): Filter {
  return { compositeFilter: { op: 'AND', filters } };
}

const ENTRIES = '__entries';

/** An aggregation for the storage, with a count added of what it goes over. */
export function withCountOfEntries({
  structuredQuery,
  aggregations,
}: google.firestore.v1.IStructuredAggregationQuery): google.firestore.v1.IStructuredAggregationQuery {
  const { query, skip } = toStorageQuery(structuredQuery ?? {});
  const limit = structuredQuery?.limit ?? null;
  return {
    structuredQuery: skip > 0 ? { ...query, offset: skip, limit } : query,
    aggregations: [...(aggregations ?? []), { alias: ENTRIES, count: {} }],
  };
}

/** Takes the added count out of an answer. */
export function countOfEntries(response: google.firestore.v1.IRunAggregationQueryResponse): {
  answer: google.firestore.v1.IRunAggregationQueryResponse;
  entries: number;
} {
  const { [ENTRIES]: entries, ...aggregateFields } = response.result?.aggregateFields ?? {};
  return {
    answer: { ...response, result: { aggregateFields } },
    entries: Number(entries?.integerValue ?? 0),
  };
}

/** What of an answer differs when the documents it rests on have changed. */
export function fingerprint(
  answers: (google.firestore.v1.IRunQueryResponse & google.firestore.v1.IRunAggregationQueryResponse)[],
): string {
  return JSON.stringify(
    answers.map(({ document, result }) => [document?.name, document?.updateTime, result?.aggregateFields]),
  );
}
