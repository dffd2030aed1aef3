import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { MinootsError } from './sdk/errors.ts';

const blankIsAbsent = (schema: z.ZodType<string>) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const Environment = z.object({
  MINOOTS_URL: blankIsAbsent(z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })),
  MINOOTS_API_KEY: blankIsAbsent(z.string()),
  MINOOTS_TEAM: blankIsAbsent(z.string()),
  MINOOTS_HOME: blankIsAbsent(z.string()),
});

/** Where the API is and who asks. Without `url` it is the local server that keeps its data in `home`. */
export interface Settings {
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  /** The team to work in, by slug or id; that of the key, or the personal one, unless given. */
  readonly team?: string | undefined;
  /** Data folder of the local server, absolute. */
  readonly home: string;
}

/**
 * Reads the settings from environment variables: `MINOOTS_URL`, `MINOOTS_API_KEY`, `MINOOTS_TEAM`, `MINOOTS_HOME`
 * (`~/.minoots`).
 * @throws MinootsError `not_configured` naming the variable that is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new MinootsError({ code: 'not_configured', detail: `${issue?.path.join('.')} ${issue?.message}` });
  }
  const { MINOOTS_URL, MINOOTS_API_KEY, MINOOTS_TEAM, MINOOTS_HOME } = parsed.data;
  return {
    url: MINOOTS_URL?.replace(/\/+$/, ''),
    apiKey: MINOOTS_API_KEY,
    team: MINOOTS_TEAM,
    home: MINOOTS_HOME === undefined ? join(homedir(), '.minoots') : resolve(MINOOTS_HOME),
  };
}

/**
 * Settings of which a program gives some, and the environment the rest. A data folder without a URL means the local
 * server, whatever URL the environment names.
 */
export function completeSettings(given: Partial<Settings>, environment: NodeJS.ProcessEnv): Settings {
  const { MINOOTS_URL, MINOOTS_API_KEY, MINOOTS_TEAM, MINOOTS_HOME } = environment;
  return readSettings({
    MINOOTS_URL: given.url ?? (given.home === undefined ? MINOOTS_URL : ''),
    MINOOTS_API_KEY: given.apiKey ?? MINOOTS_API_KEY,
    MINOOTS_TEAM: given.team ?? MINOOTS_TEAM,
    MINOOTS_HOME: given.home ?? MINOOTS_HOME,
  });
}
