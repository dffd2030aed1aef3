/** The secrets that sign a team's webhooks. */
export interface SigningSecretStore {
  /** `whsec_…` secrets in force, newest first, at least one: made at first use, durable once resolved. */
  forTeam(teamId: string): Promise<readonly string[]>;
}
