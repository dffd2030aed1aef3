import { OPERATORS_PLAN } from '../app/plans/operators-plan.ts';
import { asConfigured } from '../app/plans/terms.ts';
import type { TeamPlan } from '../domain/team/state.ts';
import type { DeletedTeams } from '../ports/deleted-teams.ts';
import type { Plans } from '../ports/plans.ts';
import type { TeamStore } from '../ports/team-store.ts';

/** How long a plan is remembered, in ms: what another process changes counts here after so long. */
export const REMEMBER_PLAN_MS = 10_000;
/** Teams whose plans are remembered at most. */
const REMEMBERED = 10_000;

export interface TeamPlansOptions {
  teams: Pick<TeamStore, 'get'>;
  /** How long the enterprise plan keeps a timer once it has ended, in ms. */
  enterpriseHistoryMs: number;
  /** How long a plan is remembered, in ms; `REMEMBER_PLAN_MS` unless told. */
  rememberMs?: number;
  /** Tells how time passes for this process, in ms, whatever the time of the timers does. */
  elapsed?: { now(): number };
}

/** What is remembered of a team. */
interface Known {
  plan: TeamPlan;
  isDeleted: boolean;
}

/**
 * The plans of teams, and which were deleted. They are remembered for a moment, so that most requests need not ask the store. A team that is
 * stored nowhere belongs to the operator, and has everything.
 */
export class TeamPlans implements Plans, DeletedTeams {
  readonly #teams: TeamPlansOptions['teams'];
  readonly #enterpriseHistoryMs: number;
  readonly #rememberMs: number;
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, { team: Promise<Known>; until: number }>();

  constructor({
    teams,
    enterpriseHistoryMs,
    rememberMs = REMEMBER_PLAN_MS,
    elapsed = performance,
  }: TeamPlansOptions) {
    this.#teams = teams;
    this.#enterpriseHistoryMs = enterpriseHistoryMs;
    this.#rememberMs = rememberMs;
    this.#elapsed = elapsed;
  }

  async of(teamId: string): Promise<TeamPlan> {
    return (await this.#know(teamId)).plan;
  }

  async isDeleted(teamId: string): Promise<boolean> {
    return (await this.#know(teamId)).isDeleted;
  }

  /** Forgets the plan of a team: it may have changed. What is just being read is not remembered either. */
  forget(teamId: string): void {
    this.#remembered.delete(teamId);
  }

  #know(teamId: string): Promise<Known> {
    const now = this.#elapsed.now();
    const known = this.#remembered.get(teamId);
    if (known !== undefined && known.until > now) return known.team;
    const team = this.#read(teamId);
    this.#remember(teamId, { team, until: now + this.#rememberMs });
    return team;
  }

  async #read(teamId: string): Promise<Known> {
    const team = await this.#teams.get(teamId);
    const setting = { enterpriseHistoryMs: this.#enterpriseHistoryMs };
    return {
      plan: asConfigured(team?.plan ?? OPERATORS_PLAN, setting),
      isDeleted: team?.deletion !== undefined,
    };
  }

  #remember(teamId: string, entry: { team: Promise<Known>; until: number }): void {
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size >= REMEMBERED && oldest.done !== true) this.#remembered.delete(oldest.value);
    this.#remembered.delete(teamId);
    this.#remembered.set(teamId, entry);
    entry.team.catch(() => {
      if (this.#remembered.get(teamId) === entry) this.#remembered.delete(teamId);
    });
  }
}
