import { Resolver } from 'node:dns/promises';
import type { ResolveName } from '@minoots/core';

/** How long a name server may take, in ms, and how often it is asked. */
const TRY_MS = 1_500;
const TRIES = 2;
/** What name servers answer for good; all else passes. */
const NO_SUCH_NAME = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Resolves names by asking name servers itself. The system's resolver keeps a thread for as long as it asks, and a process
 * has four: one team's names whose servers do not answer would keep the webhooks of all teams waiting.
 * @param servers `address:port`; those of the system unless told
 */
export function nameServers(servers?: readonly string[]): ResolveName {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return async (hostname) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    // Functions reach the public internet over IPv4 alone.
    const addresses = [...addressesOf(four, 4), ...addressesOf(six, 6)];
    if (addresses.length === 0) throw failureOf(hostname, four);
    return addresses;
  };
}

function addressesOf(answer: PromiseSettledResult<string[]>, family: 4 | 6) {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}

/** As the system's resolver fails, and not as the connection to a name server does. */
function failureOf(hostname: string, answer: PromiseSettledResult<string[]>): Error {
  const cause = answer.status === 'rejected' ? answer.reason : null;
  const code = NO_SUCH_NAME.has(cause?.code) ? 'ENOTFOUND' : 'EAI_AGAIN';
  return Object.assign(new Error(`${hostname} does not resolve`, { cause }), { code });
}
