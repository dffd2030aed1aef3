import { type Logger, safeLogText } from '@minoots/core';
import { pino } from 'pino';

/**
 * The operational log: one JSON object a line, in which no text rules a terminal.
 * @param level the least one that is written
 * @param write takes each line with its end
 */
export function createLogger(level: string, write: (line: string) => void): Logger {
  return pino({ level }, { write: (line: string) => write(safeLogText(line)) });
}

/** Writes to standard error, at once: what is said last before a crash counts most. */
export function toStandardError(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: true });
  return (line) => {
    destination.write(line);
  };
}
