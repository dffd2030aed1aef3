import type { CronSpec } from './cron.ts';

/** Runs at instants a fixed span apart: `everyMs` after the anchor, and so on. In ms and epoch ms. */
export interface EverySpec {
  type: 'every';
  everyMs: number;
  anchorAt: number;
}

/** When a schedule runs. */
export type ScheduleSpec = CronSpec | EverySpec;

export type { CronSpec } from './cron.ts';
