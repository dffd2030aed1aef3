import type { EventType, JsonObject } from '@minoots/contract';
import { type LogEntry, MAX_LOG_ENTRIES, type NewLogEntry } from './state.ts';

const KEPT_FROM_START = 10;

/** Makes a history entry. */
export function entry(at: number, type: EventType, message: string, data?: JsonObject): NewLogEntry {
  return data === undefined ? { at, type, message } : { at, type, message, data };
}

/**
 * Adds what a new version of the timer brings; over the limit the middle makes room, so that how it began and how it
 * ended both stay. Of touches in a row only the latest stays.
 */
export function appendLog(log: LogEntry[], entries: readonly NewLogEntry[], version: number): LogEntry[] {
  const isRepeated = entries[0]?.type === 'timer.touched' && log.at(-1)?.type === 'timer.touched';
  const earlier = isRepeated ? log.slice(0, -1) : log;
  const all = [...earlier, ...entries.map((added) => ({ version, ...added }))];
  if (all.length <= MAX_LOG_ENTRIES) return all;
  return [...all.slice(0, KEPT_FROM_START), ...all.slice(all.length - MAX_LOG_ENTRIES + KEPT_FROM_START)];
}
