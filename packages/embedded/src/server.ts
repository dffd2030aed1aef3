import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import {
  AnyAuthenticator,
  type Authenticator,
  createApi,
  KeyAuthenticator,
  LocalRateLimiter,
  StorageUnavailable,
  serviceStopping,
  systemClock,
  UserAuthenticator,
  unreadableRequest,
} from '@minoots/core';
import type { Context } from 'hono';
import { startBuiltInRunner } from './built-in-runner.ts';
import { DASHBOARD_PATH, mountDashboard } from './dashboard.ts';
import { type Engine, startEngine } from './engine.ts';
import { admitOwner, LOCAL_TEAM, ownerKey } from './identity/local-key.ts';
import { OidcTokens } from './identity/oidc-tokens.ts';
import { admitOwnerToTeam, OWNER, OwnerAuthenticator } from './identity/owner.ts';
import { createLogger, toStandardError } from './logger.ts';
import { HISTORY_DAYS, isLoopback, type Settings } from './settings.ts';
import { unusableFolder } from './sqlite/folder-lock.ts';
import { VERSION } from './version.ts';

/** File in the data folder that tells clients on this machine where the server is. */
const ADDRESS_FILE = 'server.json';
/** Longer than the idle time of common clients and proxies, so that the server is not the one that hangs up. */
const KEEP_ALIVE_MS = 65_000;

/** A server that listens. */
export interface RunningServer {
  url: string;
  /** The owner's API key. */
  apiKey: string;
  /** Where the key is kept; null when it came from the settings. */
  keyPath: string | null;
  /** Where the server's own runner works; null without one. */
  workFolder: string | null;
  /** Stops taking requests, lets attempts and jobs under way finish for a few seconds, and frees the data folder. */
  close(): Promise<void>;
}

/**
 * Serves the embedded engine over HTTP.
 * @throws DataFolderError (FolderInUse among them) when the data folder cannot be used, or the error of `listen`
 */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const { home, host, port } = settings;
  const logger = createLogger(settings.logLevel ?? 'warn', toStandardError());
  const allowPrivateTargets = settings.allowPrivateTargets ?? isLoopback(host);
  const engine = await startEngine({
    home,
    clock: settings.clock ?? 'real',
    allowPrivateTargets,
    historyDays: settings.historyDays ?? HISTORY_DAYS,
    nameServers: settings.nameServers,
    hasSignOn: settings.oidc !== undefined,
    logger,
  });
  try {
    const { key: apiKey, path: keyPath } = ownerKey(home, settings.apiKey);
    await admitOwner(engine.deps.apiKeys, apiKey, systemClock.now());
    await admitOwnerToTeam(engine.deps);
    const { clock, apiKeys } = engine.deps;
    const keys = new KeyAuthenticator(apiKeys, { clock, logger, owners: apiKey });
    const api = apiOf(engine, authenticatorOf(engine, keys, settings), settings);
    const server = await listen(engine, api, host, port);
    const url = addressOf(server);
    writeFileSync(
      join(home, ADDRESS_FILE),
      `${JSON.stringify({ url, pid: process.pid, version: VERSION })}\n`,
      { mode: 0o600 },
    );
    const runner = settings.runner && startBuiltInRunner({ ...settings.runner, api, apiKey, home, logger });
    const finish = async () => {
      // While there is an API to give its jobs back to.
      await runner?.stop();
      await keys.idle();
    };
    return {
      url,
      apiKey,
      keyPath,
      workFolder: settings.runner?.folder ?? null,
      close: () => close(server, engine, home, finish),
    };
  } catch (error) {
    await engine.close();
    throw isFileFault(error) ? unusableFolder(home, error.message) : error;
  }
}

/** A file of the data folder, or its store, could not be written. */
function isFileFault(error: unknown): error is Error {
  if (error instanceof StorageUnavailable) return true;
  const syscall = error instanceof Error && 'syscall' in error ? error.syscall : undefined;
  return syscall === 'open' || syscall === 'write' || syscall === 'fsync' || syscall === 'rename';
}

/** The owner by their key, others by theirs, and people by an OpenID Connect provider where there is one. */
function authenticatorOf(
  { people, deps }: Engine,
  keys: KeyAuthenticator,
  { oidc }: Settings,
): Authenticator {
  return new AnyAuthenticator({
    keys: new OwnerAuthenticator(keys, people),
    users: oidc === undefined ? null : new UserAuthenticator(new OidcTokens(oidc), people),
    teams: deps.teams,
    deletedTeams: deps.deletedTeams,
  });
}

function apiOf(
  engine: Engine,
  authenticator: Authenticator,
  { guessesPerMinute, newcomersPerHour }: Settings,
) {
  return createApi({
    ...engine.deps,
    authenticator,
    idempotency: engine.idempotency,
    secrets: engine.secrets,
    rates: new LocalRateLimiter(systemClock),
    guessesPerMinute,
    newcomersPerHour,
    addressOf: socketAddress,
    // Nobody pays for a server of their own.
    payments: null,
    signIn: {
      links: engine.signInLinks,
      owner: { userId: OWNER.userId, teamId: LOCAL_TEAM },
      page: DASHBOARD_PATH,
    },
    mountPages: mountDashboard,
    advanceClock: engine.advance,
    readiness: async () => engine.checks(),
    version: VERSION,
  });
}

/** The address at the other end of the connection, whatever headers say; null where there is none. */
function socketAddress(c: Context): string | null {
  const { incoming }: Partial<HttpBindings> = c.env ?? {};
  return incoming?.socket.remoteAddress ?? null;
}

type Api = ReturnType<typeof createApi>;

async function listen(engine: Engine, api: Api, host: string, port: number): Promise<Server> {
  const fetch: typeof api.fetch = (...request) =>
    engine.stopping() ? serviceStopping() : api.fetch(...request);
  const server = createServer(getRequestListener(fetch, { errorHandler: unreadableRequest }));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  return server;
}

/** Where a server that listens on every address is reached from this machine. */
const REACHABLE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

function hostOf({ family, address }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]` : address;
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return `http://${REACHABLE[address.address] ?? hostOf(address)}:${address.port}`;
}

async function close(
  server: Server,
  engine: Engine,
  home: string,
  finish: () => Promise<void>,
): Promise<void> {
  rmSync(join(home, ADDRESS_FILE), { force: true });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  await finish();
  await engine.close();
  server.closeAllConnections();
  await promise;
}
