import { stripVTControlCharacters } from 'node:util';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** Text of others made harmless for a terminal: no escape sequences, control characters or reversed writing. Line ends stay. */
export function safeText(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, '');
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeText(text.replaceAll(/\s+/g, ' '));
}
