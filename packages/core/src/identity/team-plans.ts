import { OPERATORS_PLAN } from '../app/plans/operators-plan.ts';
import type { TeamPlan } from '../domain/team/state.ts';
import type { Plans } from '../ports/plans.ts';
import type { TeamStore } from '../ports/team-store.ts';

/** How long a plan is remembered, in ms: what another process changes counts here after so long. */
export const REMEMBER_PLAN_MS = 10_000;
/** Teams whose plans are remembered at most. */
const REMEMBERED = 10_000;

export interface TeamPlansOptions {
  teams: Pick<TeamStore, 'get'>;
  /** How long timers of teams are kept that are stored nowhere, in ms; as enterprise has it unless told. */
  operatorsHistoryMs?: number;
  /** Tells how time passes for this process, in ms, whatever the time of the timers does. */
  elapsed?: { now(): number };
}

/**
 * The plans of teams. They are remembered for a moment, so that most requests need not ask the store. A team that is
 * stored nowhere belongs to the operator, and has everything.
 */
export class TeamPlans implements Plans {
  readonly #teams: TeamPlansOptions['teams'];
  readonly #operators: TeamPlan;
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, { plan: Promise<TeamPlan>; until: number }>();

  constructor({ teams, operatorsHistoryMs, elapsed = performance }: TeamPlansOptions) {
    this.#teams = teams;
    this.#operators = {
      ...OPERATORS_PLAN,
      historyMs: operatorsHistoryMs ?? OPERATORS_PLAN.historyMs,
    };
    this.#elapsed = elapsed;
  }

  of(teamId: string): Promise<TeamPlan> {
    const now = this.#elapsed.now();
    const known = this.#remembered.get(teamId);
    if (known !== undefined && known.until > now) return known.plan;
    const plan = this.#read(teamId);
    this.#remember(teamId, { plan, until: now + REMEMBER_PLAN_MS });
    return plan;
  }

  /** Forgets the plan of a team: it may have changed. What is just being read is not remembered either. */
  forget(teamId: string): void {
    this.#remembered.delete(teamId);
  }

  async #read(teamId: string): Promise<TeamPlan> {
    return (await this.#teams.get(teamId))?.plan ?? this.#operators;
  }

  #remember(teamId: string, entry: { plan: Promise<TeamPlan>; until: number }): void {
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size >= REMEMBERED && oldest.done !== true) this.#remembered.delete(oldest.value);
    this.#remembered.delete(teamId);
    this.#remembered.set(teamId, entry);
    entry.plan.catch(() => {
      if (this.#remembered.get(teamId) === entry) this.#remembered.delete(teamId);
    });
  }
}
