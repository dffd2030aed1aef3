import type { Role } from '@minoots/contract';

const RANK: Readonly<Record<Role, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };

/** Whether one role may do at least what another may. */
export function isAtLeast(role: Role, other: Role): boolean {
  return RANK[role] >= RANK[other];
}
