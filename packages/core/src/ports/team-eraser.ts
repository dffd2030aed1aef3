/** Takes out of the stores what a deleted team owned. The team itself, which says so, stays where it is. */
export interface TeamEraser {
  /**
   * Erases up to `limit` records of a team, of whatever there is, in an order in which nothing that is left brings back what
   * is gone. Durable once resolved; may be repeated at any time, also while another is under way.
   * @returns how many it has erased: 0 when nothing is left
   */
  eraseSome(teamId: string, limit: number): Promise<number>;
}
