import type { SignInLink, SignInLinkStore } from '../ports/sign-in-link-store.ts';

/** Sign-in links in memory: every change takes place in one step and is as durable as the object. */
export function memorySignInLinkStore(): SignInLinkStore {
  const links = new Map<string, SignInLink>();
  return {
    insert: async (link) => {
      links.set(link.hash, link);
    },
    take: async (hash) => {
      const link = links.get(hash) ?? null;
      links.delete(hash);
      return link;
    },
    purge: async (now) => {
      for (const { hash, expiresAt } of links.values()) if (expiresAt <= now) links.delete(hash);
    },
  };
}
