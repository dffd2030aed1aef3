import type { IndexDemand } from './index-demand.ts';
import type { CompositeIndex, FirestoreIndexes } from './index-file.ts';
import type { Direction, QueryShape } from './query-shape.ts';

const NAME = '__name__';

/** An index that exists: declared as a composite, or for a single field. */
export interface Index {
  /** Without `__name__`. */
  fields: { field: string; mode: Direction | 'CONTAINS' }[];
  nameDirection: Direction;
  /** The composite index in the file; null for a single-field one. */
  declared: CompositeIndex | null;
}

/** A declared index in the form to compare; none for a vector index, which serves another kind of query. */
export function indexOf(declared: CompositeIndex): Index[] {
  const fields = declared.fields.flatMap((each): Index['fields'] => {
    if ('order' in each) return [{ field: each.fieldPath, mode: each.order }];
    return 'arrayConfig' in each ? [{ field: each.fieldPath, mode: each.arrayConfig }] : [];
  });
  if (fields.length < declared.fields.length) return [];
  return [withName(fields, declared)];
}

/** The single-field indexes that there are for the fields of a query. */
export function singleFieldIndexes(
  { collection, queryScope }: QueryShape,
  { equality, order }: IndexDemand,
  overrides: FirestoreIndexes['fieldOverrides'],
): Index[] {
  const own = overrides.filter(({ collectionGroup }) => collectionGroup === collection);
  const fields = new Set([...equality.keys(), ...order.map(({ field }) => field)]);
  const indexes = [...fields].flatMap((field) =>
    modesOf(field, queryScope, own).map((mode) => withName([{ field, mode }], null)),
  );
  // Documents lie in the order of their names: that needs no index.
  return [{ fields: [], nameDirection: 'ASCENDING', declared: null }, ...indexes];
}

function modesOf(
  field: string,
  queryScope: QueryShape['queryScope'],
  overrides: FirestoreIndexes['fieldOverrides'],
): (Direction | 'CONTAINS')[] {
  const override = overrideOf(field, overrides);
  // Automatic indexes have collection scope.
  if (!override) return queryScope === 'COLLECTION' ? ['ASCENDING', 'DESCENDING', 'CONTAINS'] : [];
  return override.indexes
    .filter((index) => index.queryScope === queryScope)
    .flatMap(({ order, arrayConfig }) => order ?? arrayConfig ?? []);
}

/** An override counts for the field, else for the map that it lies in, else for all fields. */
function overrideOf(
  field: string,
  overrides: FirestoreIndexes['fieldOverrides'],
): FirestoreIndexes['fieldOverrides'][number] | undefined {
  const parts = field.split('.');
  const paths = [...parts.map((_, dropped) => parts.slice(0, parts.length - dropped).join('.')), '*'];
  return paths.flatMap((path) => overrides.find(({ fieldPath }) => fieldPath === path) ?? []).at(0);
}

function withName(fields: Index['fields'], declared: CompositeIndex | null): Index {
  const last = fields.at(-1);
  const direction = last?.mode === 'DESCENDING' ? 'DESCENDING' : 'ASCENDING';
  return {
    fields: last?.field === NAME ? fields.slice(0, -1) : fields,
    nameDirection: direction,
    declared,
  };
}
