/** Knows which teams have been deleted, so that nothing is done for them any more. */
export interface DeletedTeams {
  /** As of a few seconds ago at worst where another process has deleted it. False once nothing of it is left. */
  isDeleted(teamId: string): Promise<boolean>;
}
