import type { StatementSync } from 'node:sqlite';
import { DEFAULT_AGENT, MAX_BUDGETS } from '@minoots/contract';
import type { Budget, BudgetInForce, BudgetStore } from '@minoots/core';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';

const COLUMNS = 'team_id, agent_id, max_active, max_fires_per_hour, updated_at';
const PUT = `INSERT INTO budgets (${COLUMNS}) SELECT ?, ?, ?, ?, ?
  WHERE (SELECT count(*) FROM budgets WHERE team_id = ? AND agent_id <> ?) < ${MAX_BUDGETS}
  ON CONFLICT (team_id, agent_id) DO UPDATE SET
    max_active = excluded.max_active, max_fires_per_hour = excluded.max_fires_per_hour, updated_at = excluded.updated_at`;
const DELETE = 'DELETE FROM budgets WHERE team_id = ? AND agent_id = ?';

/** Budgets of agents in SQLite, a row each. They are read whenever they are asked for, so that a change holds at once. */
export class SqliteBudgetStore implements BudgetStore {
  readonly #writer: Writer;
  readonly #list: StatementSync;
  readonly #select: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#list = read.prepare(`SELECT ${COLUMNS} FROM budgets WHERE team_id = ? ORDER BY agent_id`);
    this.#select = read.prepare(`SELECT ${COLUMNS} FROM budgets WHERE team_id = ? AND agent_id = ?`);
  }

  async list(teamId: string): Promise<Budget[]> {
    return this.#list.all(teamId).map(toBudget);
  }

  async get(teamId: string, agentId: string): Promise<Budget | null> {
    return this.#find(teamId, agentId);
  }

  async put(teamId: string, budget: Budget): Promise<'stored' | 'too-many'> {
    const { agentId, maxActive, maxFiresPerHour, updatedAt } = budget;
    const row = [teamId, agentId, maxActive, maxFiresPerHour, updatedAt, teamId, agentId];
    const [[changed] = []] = await this.#writer.write([{ sql: PUT, rows: [row] }]);
    return changed === 1 ? 'stored' : 'too-many';
  }

  async delete(teamId: string, agentId: string): Promise<Budget | null> {
    const budget = this.#find(teamId, agentId);
    const [[changed] = []] = await this.#writer.write([{ sql: DELETE, rows: [[teamId, agentId]] }]);
    return changed === 1 ? budget : null;
  }

  async inForce(teamId: string, agentId: string): Promise<BudgetInForce | null> {
    return this.peek(teamId, agentId);
  }

  peek(teamId: string, agentId: string): BudgetInForce | null {
    const budget = this.#find(teamId, agentId) ?? this.#find(teamId, DEFAULT_AGENT);
    // One process alone goes by these, and reads them anew each time.
    return budget === null ? null : { ...budget, revision: 0 };
  }

  #find(teamId: string, agentId: string): Budget | null {
    const row = this.#select.get(teamId, agentId);
    return row === undefined ? null : toBudget(row);
  }
}

function toBudget(row: Record<string, unknown>): Budget {
  return {
    agentId: String(row.agent_id),
    maxActive: row.max_active === null ? null : Number(row.max_active),
    maxFiresPerHour: row.max_fires_per_hour === null ? null : Number(row.max_fires_per_hour),
    updatedAt: Number(row.updated_at),
  };
}
