import type { EventType, JsonObject } from '@minoots/contract';
import { type LogEntry, MAX_LOG_ENTRIES } from './state.ts';

const KEPT_FROM_START = 10;

/** Makes a history entry. */
export function entry(at: number, type: EventType, message: string, data?: JsonObject): LogEntry {
  return data === undefined ? { at, type, message } : { at, type, message, data };
}

/** Adds entries; over the limit the middle makes room, so that how it began and how it ended both stay. */
export function appendLog(log: LogEntry[], entries: LogEntry[]): LogEntry[] {
  const all = [...log, ...entries];
  if (all.length <= MAX_LOG_ENTRIES) return all;
  return [...all.slice(0, KEPT_FROM_START), ...all.slice(all.length - MAX_LOG_ENTRIES + KEPT_FROM_START)];
}
