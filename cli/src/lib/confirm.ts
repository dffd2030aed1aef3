import type { Cli } from './cli.ts';
import { UsageError } from './usage-error.ts';

/**
 * Asks before something that concerns many.
 * @param isSure answers the question beforehand: `--yes`
 * @throws UsageError where nobody can be asked
 */
export async function confirmed({ terminal }: Cli, question: string, isSure: boolean): Promise<boolean> {
  if (isSure) return true;
  if (terminal.ask === undefined) throw new UsageError('say --yes: there is no terminal to ask at');
  return /^y(es)?$/i.test((await terminal.ask(`${question} [y/N] `)).trim());
}
