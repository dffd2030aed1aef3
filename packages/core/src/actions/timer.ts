import type { TimerTemplate } from '@minoots/contract';
import type { ActionByType } from '../domain/action.ts';
import { checkPlaceholders } from '../domain/action-checks.ts';
import { ok } from '../domain/rejection.ts';
import { render, type TemplateScope } from '../domain/template.ts';
import { StorageUnavailable } from '../ports/timer-store.ts';
import type { ActionKind, PerformerDeps } from './action-kind.ts';
import { shorten } from './connector.ts';
import type { ActionPerformer, AttemptReport } from './performer.ts';
import type { SpawnOutcome } from './spawn.ts';
import { templateScope } from './template-scope.ts';

const TIMEOUT_MS = 15_000;
const MAX_NAME = 200;

/** Makes a timer of the same team and agent, once for each delivery. Its answer, as kept, holds the `timer_id`. */
export const timer: ActionKind<'timer'> = {
  read(template, at) {
    const misfit =
      checkPlaceholders(template.name, at('name')) ??
      checkPlaceholders(template.labels, at('labels')) ??
      checkPlaceholders(template.metadata, at('metadata'));
    return misfit ?? ok({ ...template, type: 'timer', timeoutMs: TIMEOUT_MS });
  },
  createPerformer: createTimerPerformer,
};

/** Makes timers by `spawn`; a store that takes no writes is worth another attempt. */
export function createTimerPerformer({
  clock,
  spawn,
}: Pick<PerformerDeps, 'clock' | 'spawn'>): ActionPerformer<ActionByType['timer']> {
  return {
    async perform({ type: _, timeoutMs: __, ...template }, context) {
      const at = clock.now();
      const outcome = await storing(() => spawn(filled(template, templateScope(context, at)), context));
      return { ...reportOf(outcome), at, durationMs: clock.now() - at, retryAfterMs: null };
    },
  };
}

/** The template with what is known by now; its events have placeholders for their own time. */
function filled({ name, labels, metadata, ...rest }: TimerTemplate, scope: TemplateScope): TimerTemplate {
  return {
    ...rest,
    name: shorten(render(name, scope).replace(/\p{Cc}+/gu, ' '), MAX_NAME),
    ...(labels === undefined ? {} : { labels: render(labels, scope) }),
    ...(metadata === undefined ? {} : { metadata: render(metadata, scope) }),
  };
}

async function storing(spawn: () => Promise<SpawnOutcome>): Promise<SpawnOutcome | { failed: string }> {
  try {
    return await spawn();
  } catch (error) {
    if (error instanceof StorageUnavailable) return { failed: 'the store took no writes' };
    throw error;
  }
}

type Result = Pick<AttemptReport, 'outcome' | 'responseStatus' | 'responseBody' | 'error'>;

function reportOf(outcome: SpawnOutcome | { failed: string }): Result {
  const unmade = { responseStatus: null, responseBody: null };
  if ('failed' in outcome) return { ...unmade, outcome: 'failed', error: outcome.failed };
  if ('refused' in outcome) return { ...unmade, outcome: 'refused', error: outcome.refused };
  const responseBody = JSON.stringify({ timer_id: outcome.timerId });
  return { outcome: 'succeeded', responseStatus: null, responseBody, error: null };
}
