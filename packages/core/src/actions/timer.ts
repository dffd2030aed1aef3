import type { TimerTemplate } from '@minoots/contract';
import type { ActionByType } from '../domain/action.ts';
import { checkPlaceholders } from '../domain/action-checks.ts';
import { ok } from '../domain/rejection.ts';
import { render, type TemplateScope } from '../domain/template.ts';
import type { ActionKind, PerformerDeps } from './action-kind.ts';
import { shorten } from './connector.ts';
import type { ActionPerformer } from './performer.ts';
import { reportStored } from './stored.ts';
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
    perform: ({ type: _, timeoutMs: __, ...template }, context) =>
      reportStored(clock, async (at) => {
        const outcome = await spawn(filled(template, templateScope(context, at)), context);
        return 'refused' in outcome ? outcome : { made: { timer_id: outcome.timerId } };
      }),
  };
}

/** The template with what is known by now; its events have placeholders for their own time. */
function filled({ name, labels, metadata, ...rest }: TimerTemplate, scope: TemplateScope): TimerTemplate {
  return {
    ...rest,
    name: timerName(render(name, scope)),
    ...(labels === undefined ? {} : { labels: render(labels, scope, printable) }),
    ...(metadata === undefined ? {} : { metadata: render(metadata, scope) }),
  };
}

/** A text as the name of a timer. */
export function timerName(text: string): string {
  return shorten(printable(text), MAX_NAME);
}

/** A text without what names and labels may not hold. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ');
}
