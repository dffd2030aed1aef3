import { split } from 'shlex';
import { ok, type Result, reject } from '../domain/rejection.ts';
import { replacePlaceholders } from '../domain/template.ts';

/** A placeholder of the service, as opposed to an expansion that is the shell's: no name of a variable has a dot. */
const OURS = /^(?:timestamp(?:\.|$)|(?:timer|delivery|event|secret)\.)/;

/** A script whose placeholders are variables, and the placeholder that each of these stands for, by name. */
export interface Script {
  text: string;
  variables: ReadonlyMap<string, string>;
}

/** The placeholders of the service in a script, as they stand. */
export function placeholdersOf(run: string): string[] {
  const found: string[] = [];
  replacePlaceholders(run, (path, whole) => {
    if (OURS.test(path)) found.push(whole);
    return whole;
  });
  return found;
}

/**
 * Makes a variable of each placeholder of a script, so that no value ever becomes text that the shell reads. What is not
 * a placeholder of the service, such as `${HOME}`, is left to the shell.
 */
export function toScript(run: string): Script {
  const variables = new Map<string, string>();
  const text = replacePlaceholders(run, (path, whole) => {
    if (!OURS.test(path)) return whole;
    const name = variableName(path);
    variables.set(name, path);
    return `\${${name}}`;
  });
  return { text, variables };
}

/**
 * The variable that a placeholder becomes: `timer.fire_at` is MINOOTS_TIMER_FIRE_AT. In keys of labels and metadata letters
 * and digits stand as they are, and `_xx_` for every other character, with its code point in hex: no two paths share a name.
 */
export function variableName(path: string): string {
  const [, field = path, key] = /^(timer\.(?:metadata|labels))\.(.*)$/s.exec(path) ?? [];
  const name = `MINOOTS_${field.toUpperCase().replaceAll('.', '_')}`;
  if (key === undefined) return name;
  return `${name}_${[...key].map((character) => (/[A-Za-z0-9]/.test(character) ? character : escaped(character))).join('')}`;
}

/**
 * Splits a program with its arguments, with the quotes and backslashes of POSIX shells and nothing else that these know.
 * Placeholders stay as they are, each within one argument.
 * @param pointer names the field in a rejection
 */
export function splitCommandLine(run: string, pointer: string): Result<string[]> {
  const placeholders: string[] = [];
  // No NUL is in a command line, so that nothing else can be taken for the place of a placeholder.
  const held = replacePlaceholders(run, (_, whole) => `\0${placeholders.push(whole) - 1}\0`);
  try {
    // An escape such as $'\x00' would make one.
    if (split(replacePlaceholders(run, () => 'x')).some((argument) => argument.includes('\0')))
      return reject('invalid_request', 'must not hold NUL', pointer);
    const parts = split(held).map((part) =>
      part
        .split('\0')
        .map((text, index) => (index % 2 === 0 ? text : (placeholders[Number(text)] ?? '')))
        .join(''),
    );
    return parts.length === 0 ? reject('invalid_request', 'names no program', pointer) : ok(parts);
  } catch {
    return reject('invalid_request', 'has a quote or a backslash that nothing follows', pointer);
  }
}

function escaped(character: string): string {
  return `_${character.codePointAt(0)?.toString(16)}_`;
}
