/** What JSON leaves as it is though a terminal obeys it, or an editor takes it for the end of a line. */
const OBEYED = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/**
 * A text in which characters that rule a terminal, or turn writing around, stand as `\uXXXX`. JSON text says the same
 * afterwards; JSON itself has escaped the other control characters.
 */
export function safeLogText(text: string): string {
  return text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
