import type { SharePermission } from '@minoots/contract';

/** Most teams that one timer is shared with. */
export const MAX_SHARES = 50;

/** What the owner of a timer lets another team do with it. */
export interface Share {
  ownerTeamId: string;
  timerId: string;
  /** The team that it is shared with. */
  guestTeamId: string;
  permissions: SharePermission[];
  sharedBy: string;
  /** Epoch ms. */
  sharedAt: number;
}
