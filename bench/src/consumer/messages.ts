import * as z from 'zod';

/** What the consumer process sends to the benchmark: first that it is ready, then arrivals as `[job id, epoch ms]`. */
export const ConsumerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), address: z.string() }),
  z.object({ type: z.literal('arrivals'), arrivals: z.array(z.tuple([z.string(), z.number()])) }),
]);
export type ConsumerMessage = z.infer<typeof ConsumerMessage>;
