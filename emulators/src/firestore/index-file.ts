import * as z from 'zod';

const direction = z.enum(['ASCENDING', 'DESCENDING']);
const queryScope = z.enum(['COLLECTION', 'COLLECTION_GROUP', 'COLLECTION_RECURSIVE']);

const indexField = z.union([
  z.object({ fieldPath: z.string(), order: direction }),
  z.object({ fieldPath: z.string(), arrayConfig: z.literal('CONTAINS') }),
  z.object({ fieldPath: z.string(), vectorConfig: z.unknown() }),
]);

const compositeIndex = z.object({
  collectionGroup: z.string(),
  queryScope: queryScope.default('COLLECTION'),
  fields: z.array(indexField).min(1),
});

const fieldOverride = z.object({
  collectionGroup: z.string(),
  /** A field, a map with all that is in it, or `*` for every field of the collection. */
  fieldPath: z.string(),
  /** Deletes documents some time after the instant that this field holds. */
  ttl: z.boolean().optional(),
  /** The single-field indexes of the field, instead of the automatic ones. */
  indexes: z.array(
    z.object({
      queryScope: queryScope.default('COLLECTION'),
      order: direction.optional(),
      arrayConfig: z.literal('CONTAINS').optional(),
    }),
  ),
});

/** `firestore.indexes.json`, as `firebase deploy` reads it. */
export const firestoreIndexes = z.object({
  indexes: z.array(compositeIndex).default([]),
  fieldOverrides: z.array(fieldOverride).default([]),
});

export type FirestoreIndexes = z.infer<typeof firestoreIndexes>;
export type CompositeIndex = z.infer<typeof compositeIndex>;
