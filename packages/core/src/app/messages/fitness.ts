import type { Timer } from '../../domain/timer/state.ts';
import type { Deps } from '../deps.ts';

/**
 * Why an escalation that came due shall not run: its message was acknowledged, and whoever did that got no further than
 * saying so. One whose message is not there runs: nobody can have acknowledged it. Reads the message.
 */
export async function reasonNotToEscalate(
  { inbox }: Deps,
  { teamId, escalates }: Timer,
): Promise<string | null> {
  if (escalates === undefined) return null;
  const message = await inbox.get({ teamId, messageId: escalates });
  const first = message?.acknowledgements[0];
  if (first === undefined) return null;
  return `The message was acknowledged ${first.agentId === null ? 'for the team' : `by ${first.agentId}`}`;
}
