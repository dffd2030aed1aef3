import type { Deps } from '../app/deps.ts';
import { previewTimer } from '../app/timers/preview.ts';
import { toWirePreview } from '../wire/preview.ts';
import type { Handlers } from './operation.ts';

/** Handler of the operation that explains a timer before it is created. */
export function previewHandlers(deps: Deps): Pick<Handlers, 'previewTimer'> {
  return {
    async previewTimer({ ctx, body }) {
      const foreseen = await previewTimer(deps, ctx, body);
      return { body: toWirePreview(foreseen, body, deps.receipt.expected_precision_ms, deps.clock.now()) };
    },
  };
}
