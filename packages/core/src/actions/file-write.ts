import { checkPlaceholders } from '../domain/action-checks.ts';
import { ok } from '../domain/rejection.ts';
import { render } from '../domain/template.ts';
import type { JobKind } from './action-kind.ts';
import { readForRunners } from './for-runners.ts';
import { fitJob } from './job-values.ts';
import { templateScope } from './template-scope.ts';

/** Writes a file on a runner, which looks at its place: what placeholders are filled with may lead anywhere. */
export const fileWrite: JobKind<'file_write'> = {
  read({ file, content, append = false, ...fields }, at) {
    const misfit = checkPlaceholders(file, at('file')) ?? checkPlaceholders(content, at('content'));
    if (misfit) return misfit;
    const forRunners = readForRunners(fields, at);
    return forRunners.ok
      ? ok({ type: 'file_write', file, content, append, ...forRunners.value })
      : forRunners;
  },
  describeJob({ file, content, append }, context, at) {
    const scope = templateScope(context, at);
    return fitJob({
      type: 'file_write',
      file: render(file, scope),
      content: render(content, scope),
      append,
    });
  },
};
