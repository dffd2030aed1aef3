/** What is known of a secret that signs webhooks, without the secret itself. Instants in epoch ms. */
export interface SigningSecretEntry {
  id: string;
  /** 0 of one that was made before this was noted. */
  madeAt: number;
  /** Until when it goes on signing beside a newer one; null of the newest. */
  worksUntil: number | null;
}

/** Those that sign at an instant, in the order given. */
export function inForce<T extends Pick<SigningSecretEntry, 'worksUntil'>>(
  secrets: readonly T[],
  now: number,
): T[] {
  return secrets.filter(({ worksUntil }) => worksUntil === null || worksUntil > now);
}
