import { DEFAULT_AGENT, MAX_BUDGETS } from '@minoots/contract';
import { BUDGET_CACHE_MS, type Budget, type BudgetInForce, type BudgetStore } from '@minoots/core';
import type { CollectionReference, DocumentSnapshot, Firestore } from 'firebase-admin/firestore';
import { BUDGETS } from './collections.ts';
import { onFirestore } from './on-firestore.ts';
import { inTransaction } from './transactions.ts';

/** Teams whose budgets a process keeps in mind. */
const REMEMBERED = 1_000;

/** The budgets of a team as of a change. */
interface Budgets {
  byAgent: ReadonlyMap<string, Budget>;
  revision: number;
}

/** What a change makes of the budgets, and what it answers. Without budgets nothing changes. */
type Change<R> = { byAgent?: ReadonlyMap<string, Budget>; result: R };

/**
 * Budgets in Firestore: `budgets/{teamId}`, those of a team as one JSON text, which a process keeps in mind for a while. A
 * team without any costs a read now and then, and only where its timers belong to agents. `revision` counts the changes;
 * it stays when the last budget goes.
 */
export class FirestoreBudgetStore implements BudgetStore {
  readonly #firestore: Firestore;
  readonly #teams: CollectionReference;
  readonly #cacheMs: number;
  readonly #remembered = new Map<string, Budgets & { until: number }>();
  readonly #underWay = new Map<string, Promise<Budgets>>();

  /** @param cacheMs how long what was read is kept in mind */
  constructor(firestore: Firestore, cacheMs = BUDGET_CACHE_MS) {
    this.#firestore = firestore;
    this.#teams = firestore.collection(BUDGETS);
    this.#cacheMs = cacheMs;
  }

  /** One read. */
  async list(teamId: string): Promise<Budget[]> {
    const { byAgent } = await this.#read(teamId);
    return [...byAgent.values()].sort((one, other) => (one.agentId < other.agentId ? -1 : 1));
  }

  /** One read. */
  async get(teamId: string, agentId: string): Promise<Budget | null> {
    return (await this.#read(teamId)).byAgent.get(agentId) ?? null;
  }

  /** One read, and one write where there is room. */
  put(teamId: string, budget: Budget): Promise<'stored' | 'too-many'> {
    return this.#change<'stored' | 'too-many'>(teamId, (before) => {
      if (!before.has(budget.agentId) && before.size >= MAX_BUDGETS) return { result: 'too-many' };
      return { byAgent: new Map(before).set(budget.agentId, budget), result: 'stored' };
    });
  }

  /** One read, and one write where there is such a budget. */
  delete(teamId: string, agentId: string): Promise<Budget | null> {
    return this.#change<Budget | null>(teamId, (before) => {
      const result = before.get(agentId) ?? null;
      if (result === null) return { result };
      const byAgent = new Map(before);
      byAgent.delete(agentId);
      return { byAgent, result };
    });
  }

  /** One read, unless what was read of the team is in mind. */
  async inForce(teamId: string, agentId: string): Promise<BudgetInForce | null> {
    return inForceOf(this.#known(teamId) ?? (await this.#readOnce(teamId)), agentId);
  }

  peek(teamId: string, agentId: string): BudgetInForce | null | undefined {
    const known = this.#known(teamId);
    return known && inForceOf(known, agentId);
  }

  #known(teamId: string): Budgets | undefined {
    const known = this.#remembered.get(teamId);
    return known !== undefined && known.until > performance.now() ? known : undefined;
  }

  /** Requests that come at the same moment share one read. */
  async #readOnce(teamId: string): Promise<Budgets> {
    const reading = this.#underWay.get(teamId) ?? this.#read(teamId);
    this.#underWay.set(teamId, reading);
    try {
      return await reading;
    } finally {
      this.#underWay.delete(teamId);
    }
  }

  async #read(teamId: string): Promise<Budgets> {
    return this.#keep(teamId, budgetsOf(await onFirestore(() => this.#teams.doc(teamId).get())));
  }

  /** An answer that was overtaken by a later one tells nothing. */
  #keep(teamId: string, read: Budgets): Budgets {
    const known = this.#known(teamId);
    if (known !== undefined && known.revision > read.revision) return known;
    if (this.#remembered.size >= REMEMBERED && !this.#remembered.has(teamId)) this.#remembered.clear();
    this.#remembered.set(teamId, { ...read, until: performance.now() + this.#cacheMs });
    return read;
  }

  async #change<R>(teamId: string, decide: (before: ReadonlyMap<string, Budget>) => Change<R>): Promise<R> {
    const document = this.#teams.doc(teamId);
    const changed = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const before = budgetsOf(await transaction.get(document));
        const { byAgent, result } = decide(before.byAgent);
        if (byAgent === undefined) return { budgets: before, result };
        const revision = before.revision + 1;
        transaction.set(document, { teamId, revision, budgets: JSON.stringify([...byAgent.values()]) });
        return { budgets: { byAgent, revision }, result };
      });
    const { budgets, result } = await onFirestore(changed);
    this.#keep(teamId, budgets);
    return result;
  }
}

/** Documents are written by this store alone. */
function budgetsOf(snapshot: DocumentSnapshot): Budgets {
  if (!snapshot.exists) return { byAgent: new Map(), revision: 0 };
  const budgets: Budget[] = JSON.parse(snapshot.get('budgets'));
  const byAgent = new Map(budgets.map((budget) => [budget.agentId, budget]));
  return { byAgent, revision: Number(snapshot.get('revision')) };
}

function inForceOf({ byAgent, revision }: Budgets, agentId: string): BudgetInForce | null {
  const budget = byAgent.get(agentId) ?? byAgent.get(DEFAULT_AGENT);
  return budget === undefined ? null : { ...budget, revision };
}
