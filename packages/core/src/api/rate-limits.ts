import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import type { Deps } from '../app/deps.ts';
import { countRequest, tooMany } from '../app/plans/count-request.ts';
import type { Principal } from '../ports/authenticator.ts';
import { RATE_WINDOW_MS, type RateLimiter, type RateReading } from '../ports/rate-limiter.ts';
import { UnknownCredentials } from './credentials.ts';
import type { Reply } from './reply.ts';

/** Requests a minute of one address that may show credentials which nobody has, unless told. */
export const GUESSES_PER_MINUTE = 60;
/** Of an IPv6 address, how many bits one network has for itself at least. */
const NETWORK_BITS = 64;

export interface MeterDeps extends Pick<Deps, 'plans'> {
  /** Counts by real time, whatever the time of the timers does. */
  rates: RateLimiter;
  /** The address that a request comes from, as nobody but the front end can say; null where that is not known. */
  addressOf: (c: Context) => string | null;
  /** `GUESSES_PER_MINUTE` unless told. */
  guessesPerMinute?: number | undefined;
}

/**
 * Counts a request of whoever makes it, answers it unless there were too many, and says in the answer how many are left.
 * @param fail makes a reply of what the work threw
 */
export async function metered(
  deps: MeterDeps,
  principal: Principal,
  fail: (error: unknown) => Reply,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const counted = await countRequest(deps, principal);
  if (counted === null) return work();
  const { reading, refusal } = counted;
  const answer = async () => {
    if (refusal !== null) throw refusal;
    return work();
  };
  const reply = await answer().catch(fail);
  return { ...reply, headers: { ...reply.headers, ...rateHeaders(reading) } };
}

/**
 * Lets credentials be looked up, and counts those that nobody has against the address. Beyond the limit these are told so.
 * Credentials that somebody has are never refused for their address.
 */
export async function countingGuesses<T>(deps: MeterDeps, c: Context, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof UnknownCredentials)) throw error;
    const address = deps.addressOf(c);
    if (address === null) throw error;
    const { guessesPerMinute = GUESSES_PER_MINUTE } = deps;
    const reading = await deps.rates.take(`guesses ${networkOf(address)}`, guessesPerMinute);
    throw reading.allowed ? error : tooMany(reading, null);
  }
}

/** As the IETF has them: the policy, and where the caller stands. */
function rateHeaders({ limit, remaining, resetMs }: RateReading): Record<string, string> {
  return {
    'ratelimit-policy': `"minute";q=${limit};w=${RATE_WINDOW_MS / 1_000}`,
    ratelimit: `"minute";r=${remaining};t=${Math.max(1, Math.ceil(resetMs / 1_000))}`,
  };
}

/** What is counted as one address: of IPv6 the network, within which its holder may choose. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${NETWORK_BITS}`).toString();
}
