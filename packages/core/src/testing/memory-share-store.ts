import type { Share } from '../domain/share/state.ts';
import type { ShareStore } from '../ports/share-store.ts';

/** For tests: shares in memory, in one page and without a limit. */
export function memoryShareStore(): ShareStore {
  let shares: Share[] = [];
  const isOf = (share: Share, ownerTeamId: string, timerId: string) =>
    share.ownerTeamId === ownerTeamId && share.timerId === timerId;
  return {
    async put(share) {
      const { ownerTeamId, timerId, guestTeamId } = share;
      const isSame = (other: Share) => isOf(other, ownerTeamId, timerId) && other.guestTeamId === guestTeamId;
      shares = [...shares.filter((other) => !isSame(other)), share];
      return 'stored';
    },
    async remove({ teamId, timerId }, guest) {
      const found =
        shares.find((share) => isOf(share, teamId, timerId) && share.guestTeamId === guest) ?? null;
      shares = shares.filter((share) => share !== found);
      return found;
    },
    listOf: async ({ teamId, timerId }) => shares.filter((share) => isOf(share, teamId, timerId)),
    find: async (guest, timerId) =>
      shares.filter((share) => share.guestTeamId === guest && share.timerId === timerId),
    listFor: async (guest) => ({
      shares: shares.filter(({ guestTeamId }) => guestTeamId === guest).toReversed(),
      next: null,
    }),
  };
}
