import { RE2JS } from 're2js';

/** Longest pattern, in characters. */
export const MAX_PATTERN_LENGTH = 200;
/** Longest text that a pattern is looked for in, in characters; a longer one has no match. */
export const MAX_TEXT_LENGTH = 1_000;
/** Largest program that a pattern may become: `{1000}` after a class takes a thousand instructions. */
const MAX_PROGRAM_SIZE = 150;

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** Says whether a text holds a match. */
export type Pattern = (text: string) => boolean;

/**
 * A pattern in the syntax of RE2, whose time grows with the text and the pattern alone: no text makes it run away.
 * @param options some of `i`, `m`, `s`
 * @throws PatternError with what is wrong
 */
export function compilePattern(pattern: string, options: string): Pattern {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new PatternError(`must have at most ${MAX_PATTERN_LENGTH} characters`);
  const compiled = compile(pattern, options);
  if (compiled.programSize() > MAX_PROGRAM_SIZE)
    throw new PatternError('is too large once its repetitions are written out');
  return (text) => text.length <= MAX_TEXT_LENGTH && compiled.matcher(text).find();
}

/** Why a pattern is not taken. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

function compile(pattern: string, options: string): RE2JS {
  let flags = 0;
  for (const option of options) {
    const flag = FLAGS[option];
    if (flag === undefined) throw new PatternError('takes the options "i", "m" and "s"');
    flags |= flag;
  }
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : '';
    throw new PatternError(`is not a regular expression (RE2): ${reason}`);
  }
}
