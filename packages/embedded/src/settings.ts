import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const flag = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((text) => text === 'true' || text === '1');

/** Settings of the server, by environment variable. An empty variable counts as absent. */
export const Environment = z.object({
  /** Port to listen on; 0 takes a free one. */
  PORT: z.coerce.number({ error: 'must be a number' }).pipe(z.int().min(0).max(65_535)).default(3000),
  /** Address to listen on. */
  HOST: z.string().default('127.0.0.1'),
  /** Data folder. */
  MINOOTS_HOME: z.string().default('~/.minoots').transform(toFolder),
  /** Accept this key instead of the one in the data folder. */
  MINOOTS_API_KEY: z.string().min(20, 'must have 20 characters or more').optional(),
  /** `virtual` stands still and is moved by POST /v1/clock/advance. */
  MINOOTS_CLOCK: z.enum(['real', 'virtual']).default('real'),
  /** Whether webhooks may go to private addresses; unless told, yes where the server listens on loopback only. */
  MINOOTS_ALLOW_PRIVATE_TARGETS: flag.optional(),
  /** Least level of what is logged, on standard error. */
  MINOOTS_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
});

/** A path as a shell would read it, so that one that no shell has read (a service file, a container) means the same. */
function toFolder(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(path);
}

export interface Settings {
  port: number;
  host: string;
  home: string;
  apiKey?: string | undefined;
  clock?: 'real' | 'virtual';
  allowPrivateTargets?: boolean | undefined;
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** A setting has a value that it cannot have. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Reads the settings. @throws SettingsError that names the variable */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '),
    );
  }
  const env = parsed.data;
  return {
    port: env.PORT,
    host: env.HOST,
    home: env.MINOOTS_HOME,
    apiKey: env.MINOOTS_API_KEY,
    clock: env.MINOOTS_CLOCK,
    allowPrivateTargets: env.MINOOTS_ALLOW_PRIVATE_TARGETS,
    logLevel: env.MINOOTS_LOG_LEVEL,
  };
}
