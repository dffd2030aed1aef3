import { lookup as lookupName } from 'node:dns/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction, Socket } from 'node:net';
import type { TargetGuard } from '../ports/target-guard.ts';
import { privateKind } from './public-address.ts';

/** All addresses of a host name; rejects when there are none. */
export type ResolveName = (hostname: string) => Promise<{ address: string; family: number }[]>;

export interface GuardOptions {
  /** Whether loopback, private and other addresses that are not public may be called. */
  allowPrivate: boolean;
  /** The system's resolver unless told. */
  resolve?: ResolveName;
}

/** Agents whose connections go only where the guard lets them. */
export interface GuardedAgents {
  http: HttpAgent;
  https: HttpsAgent;
  /** Closes every connection. */
  destroy(): void;
}

/** A connection that the guard did not let happen. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

/** Time that a name has to resolve when its URL is looked at, in ms; a slow one counts as not resolving. */
const RESOLVE_TIMEOUT_MS = 3_000;
/** Such names are the loopback by definition, also where the resolver does not know them (RFC 6761). */
const LOCAL_NAME = /(?:^|\.)localhost\.?$/i;
const AGENT_OPTIONS = {
  keepAlive: true,
  /** Per receiver; more than that many at once wait for a free connection. */
  maxSockets: 256,
  /** Closes connections that nobody used for this long, in ms. */
  timeout: 30_000,
} as const;

/** The guard that judges URLs by the addresses they lead to. */
export function createTargetGuard({ allowPrivate, resolve = resolveName }: GuardOptions): TargetGuard {
  return {
    async refusal(url) {
      if (allowPrivate) return null;
      const hostname = URL.parse(url)?.hostname;
      if (hostname === undefined) return 'it is not a URL';
      const host = hostname.replace(/^\[|\]$/g, '');
      if (isIP(host)) return literalRefusal(host);
      if (LOCAL_NAME.test(host)) return `${host} is this machine itself, which is not public`;
      const addresses = await withinTime(resolve(host));
      return nameRefusal(host, addresses);
    },
  };
}

/**
 * Agents that check at every new connection: the address in the URL, or all addresses that its name resolves to then,
 * and connect to a checked one. They fail with `TargetRefused`.
 */
export function createGuardedAgents({ allowPrivate, resolve = resolveName }: GuardOptions): GuardedAgents {
  const lookup = guardedLookup(allowPrivate, resolve);
  const http = new HttpAgent({ ...AGENT_OPTIONS, lookup });
  const https = new HttpsAgent({ ...AGENT_OPTIONS, lookup });
  if (!allowPrivate) for (const agent of [http, https]) refuseLiterals(agent);
  return {
    http,
    https,
    destroy() {
      http.destroy();
      https.destroy();
    },
  };
}

function guardedLookup(allowPrivate: boolean, resolve: ResolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const reason = allowPrivate ? null : nameRefusal(hostname, addresses);
        const [first] = addresses;
        if (reason !== null) callback(new TargetRefused(reason), []);
        else if (options.all || first === undefined) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

/** An address in the URL never reaches the lookup, so it is checked where the connection is made. */
function refuseLiterals(agent: HttpAgent): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const host = options.host ?? '';
    const reason = isIP(host) ? literalRefusal(host) : null;
    if (reason === null) return connect(options, callback);
    process.nextTick(() => callback?.(new TargetRefused(reason), new Socket()));
    return undefined;
  };
}

function literalRefusal(address: string): string | null {
  const kind = privateKind(address);
  return kind === null ? null : `${address} is not a public address (${kind})`;
}

/** All addresses must be public: which one a connection takes is not known beforehand. */
function nameRefusal(hostname: string, addresses: readonly { address: string }[]): string | null {
  for (const { address } of addresses) {
    const kind = privateKind(address);
    if (kind !== null) return `${hostname} resolves to an address that is not public (${kind})`;
  }
  return null;
}

async function withinTime(resolving: Promise<{ address: string }[]>): Promise<{ address: string }[]> {
  const { promise: tooSlow, resolve: giveUp } = Promise.withResolvers<{ address: string }[]>();
  const timer = setTimeout(giveUp, RESOLVE_TIMEOUT_MS, []);
  try {
    return await Promise.race([resolving.catch(() => []), tooSlow]);
  } finally {
    clearTimeout(timer);
  }
}

function resolveName(hostname: string): ReturnType<ResolveName> {
  return lookupName(hostname, { all: true });
}
