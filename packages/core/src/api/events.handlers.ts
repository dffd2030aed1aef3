import type { Deps } from '../app/deps.ts';
import { eventStream } from './event-stream.ts';
import type { Handlers } from './operation.ts';

/** Handler of the event stream. */
export function eventHandlers({ events }: Pick<Deps, 'events'>): Pick<Handlers, 'streamEvents'> {
  return {
    async streamEvents({ ctx, query, request, stillMay }) {
      const { timer_id: timerId, agent_id: agentId, types } = query;
      const filter = {
        teamId: ctx.principal.teamId,
        ...(timerId === undefined ? {} : { timerId }),
        ...(agentId === undefined ? {} : { agentId }),
        ...(types === undefined ? {} : { types }),
      };
      const subscription = await events.subscribe(filter, request.headers.get('last-event-id') ?? undefined);
      // A HEAD request is routed here too, and nobody would ever read its stream.
      if (request.method === 'HEAD') subscription.close();
      return { stream: eventStream(subscription, stillMay) };
    },
  };
}
