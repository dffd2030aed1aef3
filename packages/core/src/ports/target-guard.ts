/** Decides which addresses the service may call. */
export interface TargetGuard {
  /**
   * Looks at a URL before it is accepted: the literal address, or every address its name resolves to now.
   * A name that does not resolve is let through, since it may resolve when the timer fires.
   * @returns why it is refused, or null
   */
  refusal(url: string): Promise<string | null>;
}
