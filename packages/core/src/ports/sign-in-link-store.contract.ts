import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SignInLink, SignInLinkStore } from './sign-in-link-store.ts';

/** A store, and others over what it keeps. */
export interface SignInLinkStoreHarness {
  store: SignInLinkStore;
  /** Another store over the same place, as the process after this one has it. */
  reopen(): Promise<SignInLinkStore>;
  close(): Promise<void>;
}

const LINK: SignInLink = { id: 'lnk_1', hash: 'ab'.repeat(32), expiresAt: 5_000, sessionMs: 60_000 };
const OTHER: SignInLink = { ...LINK, id: 'lnk_2', hash: 'cd'.repeat(32), expiresAt: 9_000 };

/** What every SignInLinkStore keeps to. */
export function signInLinkStoreContract(name: string, open: () => Promise<SignInLinkStoreHarness>): void {
  describe(`${name} as a SignInLinkStore`, () => {
    let harness: SignInLinkStoreHarness;
    let store: SignInLinkStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    it('gives a link as it was, and once', async () => {
      await store.insert(LINK);
      await store.insert(OTHER);
      expect(await store.take(LINK.hash)).toEqual(LINK);
      expect(await store.take(LINK.hash)).toBeNull();
      expect(await store.take(OTHER.hash)).toEqual(OTHER);
    });

    it('gives nothing for what no link has', async () => {
      await store.insert(LINK);
      expect(await store.take('ef'.repeat(32))).toBeNull();
      expect(await store.take('')).toBeNull();
    });

    it('gives a link to one of 20 who take it at the same time', async () => {
      await store.insert(LINK);
      const taken = await Promise.all(Array.from({ length: 20 }, () => store.take(LINK.hash)));
      expect(taken.filter((link) => link !== null)).toEqual([LINK]);
    });

    it('keeps links for the process after this one, and gives none that was taken', async () => {
      await store.insert(LINK);
      await store.insert(OTHER);
      await store.take(OTHER.hash);
      const next = await harness.reopen();
      expect(await next.take(LINK.hash)).toEqual(LINK);
      expect(await next.take(OTHER.hash)).toBeNull();
    });

    it('removes those whose time is over, and no others', async () => {
      await store.insert(LINK);
      await store.insert(OTHER);
      await store.purge(LINK.expiresAt);
      expect(await store.take(LINK.hash)).toBeNull();
      expect(await store.take(OTHER.hash)).toEqual(OTHER);
    });
  });
}
