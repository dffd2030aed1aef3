import type { ConditionVerdict } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps } from '../deps.ts';
import { type Facts, judge } from './judge.ts';

/** What the context of a team says. */
export async function factsOf({ context }: Deps, teamId: string): Promise<Facts> {
  return Object.fromEntries((await context.list(teamId)).map(({ key, value }) => [key, value]));
}

/** Judges a timer's conditions. Its own metadata says more of it than what the team says of the world. */
export function verdictOn({ conditions, metadata }: Timer, facts: Facts): ConditionVerdict {
  return judge(conditions?.query ?? {}, { ...facts, ...metadata });
}
