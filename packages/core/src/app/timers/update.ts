import type { UpdateTimerRequest } from '@minoots/contract';
import type { TimerChanges } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/** Changes what a timer is called and carries. @param ifMatchVersion refuses the change when the timer has another version */
export function updateTimer(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  input: UpdateTimerRequest,
  ifMatchVersion?: number,
): Promise<Timer> {
  const key = { teamId: ctx.principal.teamId, timerId: id };
  return applyCommand(
    deps,
    key,
    { type: 'update', changes: toChanges(input) },
    {
      check: ({ version }) => {
        if (ifMatchVersion === undefined || ifMatchVersion === version) return;
        throw new MinootsError(
          'precondition_failed',
          `Timer ${id} is at version ${version}; read it again before changing it`,
        );
      },
    },
  );
}

function toChanges({ name, agent_id: agentId, labels, metadata }: UpdateTimerRequest): TimerChanges {
  return {
    ...(name === undefined ? {} : { name }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(labels === undefined ? {} : { labels }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
