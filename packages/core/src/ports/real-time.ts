/** Time as it passes outside, whatever the clock of the timers says: for how long something may take. */
export interface RealTime {
  /** In ms from any beginning; never goes back. */
  now(): number;
  /** Resolves after so many ms. Does not keep the process from ending. */
  wait(ms: number): Promise<void>;
}
