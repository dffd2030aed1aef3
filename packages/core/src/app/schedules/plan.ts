import type { ScheduleTemplate } from '@minoots/contract';
import type { PreparedTimer } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { buildTimer } from '../timers/build.ts';

/** Reads and judges a template as the creation of a timer would, so that occurrences need not be judged again. */
export async function prepareTemplate(
  deps: Deps,
  ctx: RequestContext,
  template: ScheduleTemplate,
): Promise<PreparedTimer> {
  const request = { ...template, name: template.name ?? 'occurrence', duration: 1 };
  try {
    const timer = await buildTimer(deps, ctx, request, undefined, async () => undefined);
    const { agentId, metadata, events, retry, conditions } = timer;
    return { agentId, labels: template.labels ?? {}, metadata, events, retry, conditions };
  } catch (error) {
    throw error instanceof MinootsError ? insideTemplate(error) : error;
  }
}

/** The template's fields stand a level deeper than those of a timer. */
function insideTemplate({ code, message, errors = [], members }: MinootsError): MinootsError {
  const within = (pointer: string) => `/template${pointer}`;
  const first = errors[0]?.pointer;
  const detail = first !== undefined && message.startsWith(first) ? `/template${message}` : message;
  return new MinootsError(code, detail, {
    errors: errors.map((error) => ({ ...error, pointer: within(error.pointer) })),
    ...(members === undefined ? {} : { members }),
  });
}
