import type { Row } from '../report.ts';
import type { Rival, RivalSettings } from '../rivals/rival.ts';

/** Numbers that shape a run; each scenario reads those that concern it. */
export interface ScenarioOptions {
  readonly count: number;
  readonly rounds: number;
  readonly warmup: number;
  readonly connections: number;
  readonly batchSize: number;
  readonly batchConnections: number;
  readonly preload: number;
  readonly rate: number;
  readonly seconds: number;
  readonly pending: number;
  readonly overdue: number;
}

/** Measures one rival and answers its lines of the table. */
export type Scenario = (
  rival: Rival,
  settings: RivalSettings,
  options: ScenarioOptions,
) => Promise<readonly Row[]>;
