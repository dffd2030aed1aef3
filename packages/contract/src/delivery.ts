import * as z from 'zod';
import { Cursor } from './primitives.ts';
import { Delivery, DeliveryStatus, Limit } from './timer.ts';

/** Query of a list of deliveries over all timers of the team, newest timer first. */
export const ListDeliveriesQuery = z.strictObject({
  status: DeliveryStatus.optional(),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListDeliveriesQuery = z.infer<typeof ListDeliveriesQuery>;

export const DeliveryPage = z
  .object({ data: z.array(Delivery), next_cursor: z.string().nullable() })
  .meta({ id: 'DeliveryPage' });
export type DeliveryPage = z.infer<typeof DeliveryPage>;
