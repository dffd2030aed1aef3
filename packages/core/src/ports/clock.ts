/** Where the time comes from. */
export interface Clock {
  /** Now, in epoch ms. */
  now(): number;
}
