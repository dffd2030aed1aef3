import type { AuditNote } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Writes down who has done what, where that is no change of the team itself. */
export function note(
  { audit, clock }: Pick<Deps, 'audit' | 'clock'>,
  { principal }: RequestContext,
  what: Omit<AuditNote, 'at' | 'actor'>,
): Promise<void> {
  return audit.append(principal.teamId, [{ at: clock.now(), actor: principal.id, ...what }]);
}
