import * as z from 'zod';
import { Duration, Instant } from './primitives.ts';
import { KeyScope } from './roles.ts';
import { Name } from './timer-fields.ts';

/** Most API keys of a team that are in force. */
export const MAX_API_KEYS = 100;
/** Longest that a rotated key goes on working beside the new one, in ms: a week. */
export const MAX_ROTATION_OVERLAP_MS = 604_800_000;

export const ApiKeyId = z
  .string()
  .regex(/^key_[0-9A-Za-z_]{1,40}$/, 'is not the id of an API key')
  .meta({ id: 'ApiKeyId', example: 'key_4fZk0Qw7cTn2Ry9LbXa1Ve' });

export const CreateApiKeyRequest = z
  .strictObject({
    name: Name,
    /** What it may do; `read-only` stands for seeing all and changing nothing. No more than the one who asks may. */
    scopes: z.union([z.array(KeyScope).min(1), z.literal('read-only')]),
    /** Ends by itself then; never unless told. */
    expires_at: Instant.optional(),
    /** `live` unless told. */
    kind: z.enum(['live', 'test']).default('live'),
  })
  .meta({ id: 'CreateApiKeyRequest' });
export type CreateApiKeyRequest = z.input<typeof CreateApiKeyRequest>;

export const RotateApiKeyRequest = z
  .strictObject({
    /** How long the old key goes on working: 0 to a week, 24 h unless told. */
    overlap: Duration.optional(),
  })
  .meta({ id: 'RotateApiKeyRequest' });
export type RotateApiKeyRequest = z.infer<typeof RotateApiKeyRequest>;

export const ApiKey = z
  .object({
    id: ApiKeyId,
    name: z.string(),
    /** How the key begins, to know it by. */
    prefix: z.string(),
    scopes: z.array(KeyScope),
    created_by: z.string(),
    created_at: Instant,
    /** When it stops working by itself: as it was made, or when the overlap of its rotation ends. */
    expires_at: Instant.nullable(),
    /** To within an hour; null when it has not been used yet. */
    last_used_at: Instant.nullable(),
    status: z.enum(['active', 'expired', 'revoked']),
    /** The key that takes its place once it has been rotated. */
    replaced_by: ApiKeyId.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeyList = z.object({ data: z.array(ApiKey) }).meta({ id: 'ApiKeyList' });
export type ApiKeyList = z.infer<typeof ApiKeyList>;

/** A key just made: the only time that it is shown. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' });
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;
