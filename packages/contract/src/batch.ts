import * as z from 'zod';
import { Problem } from './errors.ts';
import { CreatedTimer, MAX_BATCH } from './timer.ts';

/** Each item is read as a CreateTimerRequest by itself, so that one bad item refuses only itself. */
export const CreateBatchRequest = z
  .strictObject({ timers: z.array(z.unknown()).min(1).max(MAX_BATCH) })
  .meta({ id: 'CreateBatchRequest' });
export type CreateBatchRequest = z.infer<typeof CreateBatchRequest>;

export const BatchItemProblem = Problem.omit({ request_id: true }).meta({ id: 'BatchItemProblem' });
export type BatchItemProblem = z.infer<typeof BatchItemProblem>;

/** A result per item, in the order of the request. `status` is what the single request would have answered. */
export const BatchResult = z
  .object({
    created: z.int(),
    refused: z.int(),
    results: z.array(
      z.union([
        z.object({ status: z.int(), timer: CreatedTimer }),
        z.object({ status: z.int(), error: BatchItemProblem }),
      ]),
    ),
  })
  .meta({ id: 'BatchResult' });
export type BatchResult = z.infer<typeof BatchResult>;
