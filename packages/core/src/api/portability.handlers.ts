import type { ImportResult } from '@minoots/contract';
import type { Deps } from '../app/deps.ts';
import { exportTimers } from '../app/portability/export.ts';
import { type Imported, importItems } from '../app/portability/import.ts';
import type { Attempt } from '../app/timers/batch-drafts.ts';
import type { Handlers } from './operation.ts';
import { problemFor } from './problem.ts';

/** Handlers of the operations by which timers and schedules move between servers. */
export function portabilityHandlers(deps: Deps): Pick<Handlers, 'exportTimers' | 'importTimers'> {
  return {
    async exportTimers({ ctx, query }) {
      const { data, nextCursor } = await exportTimers(deps, ctx, query);
      return { body: { data, next_cursor: nextCursor } };
    },
    async importTimers({ ctx, body }) {
      const results = (await importItems(deps, ctx, body.data)).map(toResult);
      const count = (status: number) => results.filter((result) => result.status === status).length;
      const [imported, unchanged] = [count(201), count(200)];
      return { body: { imported, unchanged, refused: results.length - imported - unchanged, results } };
    },
  };
}

function toResult(outcome: Attempt<Imported>): ImportResult['results'][number] {
  if (outcome.ok) return { status: outcome.value.imported ? 201 : 200, id: outcome.value.id };
  const error = problemFor(outcome.error);
  return { status: error.status, error };
}
