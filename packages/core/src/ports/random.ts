/** Where chance comes from. */
export interface Random {
  /** 22 random base62 characters. */
  id(): string;
  /** Evenly from -1 to 1. */
  jitter(): number;
}
