import type { JobAction, JobType } from '@minoots/contract';

export type CommandAction = Extract<JobAction, { type: 'command' }>;

/** What a runner was started to do. */
export interface Permissions {
  /**
   * Null: no commands. Any without patterns, else those that match one. A script matches by being the pattern itself, for
   * whatever begins as an allowed one may go on with `; rm -rf`. A program with arguments matches word for word, and a
   * last word `*` stands for any further arguments. The pattern `*` alone matches all.
   */
  readonly commands: { readonly patterns: readonly string[] } | null;
  /** Absolute paths of the folders that files may be written in; a relative file counts from the first. */
  readonly folders: readonly string[];
}

/** The types of job that are not refused in any case. */
export function acceptedTypes({ commands, folders }: Permissions): JobType[] {
  return [...(commands ? ['command' as const] : []), ...(folders.length > 0 ? ['file_write' as const] : [])];
}

/** Why a command may not run; null when it may. */
export function commandRefusal({ commands }: Permissions, action: CommandAction): string | null {
  if (commands === null) return 'this runner was not started to run commands';
  const { patterns } = commands;
  if (patterns.length === 0 || patterns.includes('*')) return null;
  if (!patterns.some((pattern) => matches(pattern, action.run)))
    return 'this runner does not allow the command';
  // Another PATH, or a library to load first, would make any program of an allowed one; so would another folder.
  const stranger = Object.keys(action.env).find((name) => !name.startsWith(FILLED_IN));
  if (stranger !== undefined)
    return `this runner allows chosen commands only, which may not set the variable ${stranger}`;
  if (action.cwd !== null)
    return 'this runner allows chosen commands only, which may not choose the folder they run in';
  return null;
}

/** Begins the names of the variables that carry what placeholders stand for. */
export const FILLED_IN = 'MINOOTS_';

function matches(pattern: string, run: CommandAction['run']): boolean {
  if ('script' in run) return run.script === pattern;
  const words = pattern.trim().split(/\s+/);
  const isOpen = words.at(-1) === '*';
  const fixed = isOpen ? words.slice(0, -1) : words;
  const fits = isOpen ? run.argv.length >= fixed.length : run.argv.length === fixed.length;
  return fixed.length > 0 && fits && fixed.every((word, index) => run.argv[index] === word);
}
