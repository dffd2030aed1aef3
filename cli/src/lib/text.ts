import { stripVTControlCharacters } from 'node:util';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;
const HIDDEN_IN_JSON = /[\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** Text of others made harmless for a terminal: no escape sequences, control characters or reversed writing. Line ends stay. */
export function safeText(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, '');
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeText(text.replaceAll(/\s+/g, ' '));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const COLOUR = /(\u001B\[[\d;]*m)/;

/** What a command has drawn, with its colours and nothing else that a terminal would obey. */
export function drawnText(text: string): string {
  return text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : safeText(part)))
    .join('');
}

/** JSON text that says the same without a character that a terminal would obey. JSON itself escapes only some of them. */
export function safeJson(json: string): string {
  return json.replace(
    HIDDEN_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
