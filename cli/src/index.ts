import { MinootsError } from './sdk/errors.ts';
import { createMinoots, type Minoots } from './sdk/minoots.ts';
import { completeSettings, readSettings, type Settings } from './settings.ts';

/**
 * The timers of the API that the environment names (`MINOOTS_URL`, `MINOOTS_API_KEY`), or of this machine's own
 * server, which starts when it is first needed.
 */
const MINOOTS: Minoots & { connect: typeof connect; MinootsError: typeof MinootsError } = {
  ...createMinoots(() => readSettings(process.env)),
  connect,
  MinootsError,
};

/** The same verbs for another API, key or data folder; what is not given comes from the environment. */
function connect(settings: Partial<Settings>): Minoots {
  return createMinoots(() => completeSettings(settings, process.env));
}

export type { LazyList } from './sdk/lazy-list.ts';
export type { LiveTimer } from './sdk/live-timer.ts';
export type { ListFilter, Minoots, TimerRef } from './sdk/minoots.ts';
export type { TimerHandle } from './sdk/timer-handle.ts';
export type { Settings } from './settings.ts';
// `module.exports` is what `require` gives, `default` is for `import MINOOTS from …`.
// biome-ignore lint/style/noDefaultExport: `import MINOOTS from '@minoots/timer-system'` is public
export { connect, MINOOTS, MINOOTS as default, MINOOTS as 'module.exports', MinootsError };
