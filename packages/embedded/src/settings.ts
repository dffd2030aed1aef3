import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { GUESSES_PER_MINUTE, NEWCOMERS_PER_HOUR } from '@minoots/core';
import * as z from 'zod';
import type { OidcSettings } from './identity/oidc-tokens.ts';

/** Days for which the enterprise plan keeps a timer that has ended, unless told. */
export const HISTORY_DAYS = 1_095;

const flag = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((text) => text === 'true' || text === '1');

const positive = z.coerce.number({ error: 'must be a number' }).pipe(z.int().min(1).max(1_000_000));

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
  /** OpenID Connect provider whose people may sign in; nobody but the holders of keys unless told. */
  MINOOTS_OIDC_ISSUER: z
    .url({ error: 'must be a URL' })
    .refine(isSafeIssuer, 'must be an https URL, or one of this machine')
    .optional(),
  /** Whom the ID tokens must be made for: the client id of this server at the provider. */
  MINOOTS_OIDC_AUDIENCE: z.string().optional(),
  /** Whether the server has a runner of its own; unless told, yes where it listens on loopback only and nobody signs in. */
  MINOOTS_RUNNER: z.enum(['on', 'off'], { error: 'must be on or off' }).optional(),
  /** Where that runner runs commands and writes files; `work` in the data folder unless told. */
  MINOOTS_RUNNER_FOLDER: z.string().transform(toFolder).optional(),
  /** Days for which a timer is kept after it ended; 0 keeps all. */
  MINOOTS_HISTORY_DAYS: z.coerce
    .number({ error: 'must be a number' })
    .pipe(z.int().min(0).max(3_650))
    .default(HISTORY_DAYS),
  /** Requests a minute of one address, key or person that may show unknown credentials, or name teams of others. */
  MINOOTS_GUESSES_PER_MINUTE: positive.default(GUESSES_PER_MINUTE),
  /** People who may come for the first time from one address in an hour. */
  MINOOTS_NEWCOMERS_PER_HOUR: positive.default(NEWCOMERS_PER_HOUR),
  /** Least level of what is logged, on standard error. */
  MINOOTS_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
});

/** A path as a shell would read it, so that one that no shell has read (a service file, a container) means the same. */
function toFolder(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(path);
}

/** Over plain HTTP anybody on the way could put keys of their own in. */
function isSafeIssuer(issuer: string): boolean {
  const { protocol, hostname } = URL.parse(issuer) ?? {};
  return protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname ?? '');
}

export interface Settings {
  port: number;
  host: string;
  home: string;
  apiKey?: string | undefined;
  clock?: 'real' | 'virtual';
  allowPrivateTargets?: boolean | undefined;
  /** The OpenID Connect provider whose people may sign in. */
  oidc?: OidcSettings | undefined;
  /** The server's own runner; none unless given. */
  runner?: RunnerSettings | undefined;
  /** Days for which a timer is kept after it ended, `HISTORY_DAYS` unless told; 0 keeps all. */
  historyDays?: number;
  /** `address:port` of the name servers that are asked about claimed domains; those of the system unless told. */
  nameServers?: readonly string[];
  /** Requests a minute of one address, key or person that may show unknown credentials or name teams of others; 60 unless told. */
  guessesPerMinute?: number;
  /** People who may come for the first time from one address in an hour, 60 unless told. */
  newcomersPerHour?: number;
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** What the server's own runner works with. */
export interface RunnerSettings {
  /** Absolute path; it is made when it is first used. */
  folder: string;
  /** What commands find in their environment. */
  env: NodeJS.ProcessEnv;
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
    oidc: oidcOf(env),
    runner: runnerOf(env, environment),
    historyDays: env.MINOOTS_HISTORY_DAYS,
    guessesPerMinute: env.MINOOTS_GUESSES_PER_MINUTE,
    newcomersPerHour: env.MINOOTS_NEWCOMERS_PER_HOUR,
    logLevel: env.MINOOTS_LOG_LEVEL,
  };
}

/** A provider makes tokens for others, too: without an audience they would all count here. */
function oidcOf({
  MINOOTS_OIDC_ISSUER: issuer,
  MINOOTS_OIDC_AUDIENCE: audience,
}: z.infer<typeof Environment>): OidcSettings | undefined {
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined)
    throw new SettingsError('MINOOTS_OIDC_AUDIENCE needs MINOOTS_OIDC_ISSUER beside it');
  if (audience === undefined)
    throw new SettingsError('MINOOTS_OIDC_AUDIENCE is missing beside MINOOTS_OIDC_ISSUER');
  return { issuer, audience };
}

function runnerOf(env: z.output<typeof Environment>, environment: NodeJS.ProcessEnv): Settings['runner'] {
  const { HOST, MINOOTS_HOME, MINOOTS_OIDC_ISSUER, MINOOTS_RUNNER, MINOOTS_RUNNER_FOLDER } = env;
  // Whoever is admitted to the owner's team then has a shell here.
  const isPrivate = isLoopback(HOST) && MINOOTS_OIDC_ISSUER === undefined;
  if ((MINOOTS_RUNNER ?? (isPrivate ? 'on' : 'off')) === 'off') return undefined;
  return {
    folder: MINOOTS_RUNNER_FOLDER ?? join(MINOOTS_HOME, 'work'),
    env: { ...withoutSettings(environment), MINOOTS_HOME },
  };
}

/** PORT and HOST of this server are not those of a server that a command starts. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !(name in Environment.shape)));
}

/** Whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
