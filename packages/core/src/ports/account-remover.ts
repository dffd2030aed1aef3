/** Where the people who sign in have their accounts. */
export interface AccountRemover {
  /** Removes an account; resolves as well where there is none. @throws IdentityUnavailable when nobody can tell at present */
  remove(userId: string): Promise<void>;
}
