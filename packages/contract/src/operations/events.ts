import { EventsQuery, TimerEvent } from '../events.ts';
import type { Operation } from './operation.ts';

export const eventOperations = {
  streamEvents: {
    method: 'GET',
    path: '/v1/events',
    tag: 'events',
    scope: 'timers:read',
    stream: 'sse',
    summary: 'Follow events as they happen; resumes after Last-Event-ID',
    query: EventsQuery,
    status: 200,
    output: TimerEvent,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
