import ipaddr from 'ipaddr.js';
import type { RateLimiter, RateReading } from '../../ports/rate-limiter.ts';

/** People who may come for the first time from one address in an hour, unless told. */
export const NEWCOMERS_PER_HOUR = 60;
/** What newcomers are counted by, in ms: hours of the clock. */
export const NEWCOMER_WINDOW_MS = 3_600_000;
/** Of an IPv6 address, how many bits one network has for itself at least. */
const NETWORK_BITS = 64;

/**
 * Counts somebody who comes for the first time from an address.
 * @param kind what is counted by itself: people who ask for the first time, or accounts that are made
 */
export function takeNewcomer(
  rates: RateLimiter,
  address: string,
  perHour: number = NEWCOMERS_PER_HOUR,
  kind: 'newcomers' | 'accounts' = 'newcomers',
): Promise<RateReading> {
  return rates.take(`${kind} ${networkOf(address)}`, perHour, NEWCOMER_WINDOW_MS);
}

/** What is counted as one address: of IPv6 the network, within which its holder may choose. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${NETWORK_BITS}`).toString();
}
