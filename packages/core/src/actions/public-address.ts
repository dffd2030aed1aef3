import ipaddr from 'ipaddr.js';

const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

/**
 * Why an address is not on the public internet, in a word such as `loopback`, or null when it is.
 * Forms that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo) are refused whatever is inside.
 * @param address an IP address without brackets; anything else is `invalid`
 */
export function privateKind(address: string): string | null {
  if (!ipaddr.isValid(address)) return 'invalid';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return range;
  // The library calls all it has no name for unicast; of IPv6 only this block is routed.
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST, 3)) return 'reserved';
  return null;
}
