/** What is kept of a sign-in link: never its code. */
export interface SignInLink {
  id: string;
  /** SHA-256 of the code, 64 hex digits. */
  hash: string;
  /** When it can be used no more, epoch ms. */
  expiresAt: number;
  /** How long the session lasts that it begins, in ms. */
  sessionMs: number;
}

/** Where sign-in links live until they are used. Every promise of a change resolves only after the change is durable. */
export interface SignInLinkStore {
  insert(link: SignInLink): Promise<void>;

  /** Takes a link out. Of parallel calls for one hash a single one gets it; null where there is none, or not any more. */
  take(hash: string): Promise<SignInLink | null>;

  /** Removes what can be used no more at `now`, epoch ms. */
  purge(now: number): Promise<void>;
}
