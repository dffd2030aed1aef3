import type { JsonObject, ScheduleEventType } from '@minoots/contract';
import { MAX_SCHEDULE_LOG, type NewScheduleLogEntry } from './state.ts';

const KEPT_FROM_START = 5;

/** Makes a history entry. */
export function entry(
  at: number,
  type: ScheduleEventType,
  message: string,
  data?: JsonObject,
): NewScheduleLogEntry {
  return data === undefined ? { at, type, message } : { at, type, message, data };
}

/** Adds entries; over the limit the middle makes room, so that how it began and what happened last both stay. */
export function appendLog(
  log: readonly NewScheduleLogEntry[],
  entries: readonly NewScheduleLogEntry[],
): NewScheduleLogEntry[] {
  const all = [...log, ...entries];
  if (all.length <= MAX_SCHEDULE_LOG) return all;
  return [...all.slice(0, KEPT_FROM_START), ...all.slice(all.length - MAX_SCHEDULE_LOG + KEPT_FROM_START)];
}
