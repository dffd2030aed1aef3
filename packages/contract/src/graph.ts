import * as z from 'zod';
import { TimerId } from './primitives.ts';
import { TimerStatus } from './timer.ts';

/** Most timers that one graph shows. */
export const MAX_GRAPH_NODES = 1_000;

/** How two timers hang together: `to` waits for `from`, or an action of `from` made `to`. */
export const TimerGraphEdge = z
  .object({ from: TimerId, to: TimerId, type: z.enum(['depends_on', 'spawned']) })
  .meta({ id: 'TimerGraphEdge' });
export type TimerGraphEdge = z.infer<typeof TimerGraphEdge>;

export const TimerGraphNode = z
  .object({
    id: TimerId,
    name: z.string(),
    status: TimerStatus,
    /** Steps from the timer asked for: 0 for itself, below 0 for what it came from, above 0 for what follows. */
    depth: z.int(),
  })
  .meta({ id: 'TimerGraphNode' });
export type TimerGraphNode = z.infer<typeof TimerGraphNode>;

/** A timer with all that it came from and all that follows from it, nearest first. Timers that were removed are left out. */
export const TimerGraph = z
  .object({
    nodes: z.array(TimerGraphNode),
    edges: z.array(TimerGraphEdge),
    /** Whether there is more than the 1,000 timers shown. */
    truncated: z.boolean(),
  })
  .meta({ id: 'TimerGraph' });
export type TimerGraph = z.infer<typeof TimerGraph>;
