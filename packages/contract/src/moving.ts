import * as z from 'zod';
import { BatchItemProblem } from './batch.ts';
import { PortableTimer } from './portable.ts';
import { PortableSchedule } from './portable-schedule.ts';
import { Cursor, TimerId } from './primitives.ts';
import { Limit, MAX_BATCH } from './timer.ts';

export const ExportQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() });
export type ExportQuery = z.infer<typeof ExportQuery>;

/** What moves between servers. */
export const Portable = z
  .discriminatedUnion('type', [PortableTimer, PortableSchedule])
  .meta({ id: 'Portable' });
export type Portable = z.infer<typeof Portable>;

/** A part of all timers that have not ended, newest first, and of all schedules after them. */
export const ExportPage = z
  .object({ data: z.array(Portable), next_cursor: z.string().nullable() })
  .meta({ id: 'ExportPage' });
export type ExportPage = z.infer<typeof ExportPage>;

/** Each item is read as a Portable by itself, so that one bad item refuses only itself. */
export const ImportRequest = z
  .strictObject({ data: z.array(z.unknown()).min(1).max(MAX_BATCH) })
  .meta({ id: 'ImportRequest' });
export type ImportRequest = z.infer<typeof ImportRequest>;

/** A result per item, in the order of the request. `status` is 201 for what was added, 200 for what was there already. */
export const ImportResult = z
  .object({
    imported: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    results: z.array(
      z.union([
        z.object({ status: z.int(), id: TimerId }),
        z.object({ status: z.int(), error: BatchItemProblem }),
      ]),
    ),
  })
  .meta({ id: 'ImportResult' });
export type ImportResult = z.infer<typeof ImportResult>;
