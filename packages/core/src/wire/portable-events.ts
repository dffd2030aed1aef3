import type { ActionRequest, Retry, TimerEvents } from '@minoots/contract';
import { toRequestForRunners } from '../actions/for-runners.ts';
import type { Action } from '../domain/action.ts';
import type { RetryPolicy } from '../domain/retry.ts';
import type { EventActions } from '../domain/timer/state.ts';

/** What a timer does, in the words of a request that asks for the very same. */
export function toWireEvents({ expire, cancel, failure, progress }: EventActions): TimerEvents {
  return {
    ...(expire.length === 0 ? {} : { on_expire: { actions: expire.map(toRequest) } }),
    ...(cancel.length === 0 ? {} : { on_cancel: { actions: cancel.map(toRequest) } }),
    ...(failure.length === 0 ? {} : { on_failure: { actions: failure.map(toRequest) } }),
    ...(progress === null
      ? {}
      : { on_progress: { at: progress.shares.map(toPercent), actions: progress.actions.map(toRequest) } }),
  };
}

/** How a timer repeats failed attempts, in the words of a request. */
export function toWireRetry(policy: RetryPolicy): Retry {
  if (policy.type !== 'geometric') return policy.type;
  const { maxAttempts, initialMs, factor, maxMs } = policy;
  return { max_attempts: maxAttempts, initial: initialMs, factor, max: maxMs };
}

/** Shares are given in hundredths of a percent at the finest. */
function toPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

function toRequest(action: Action): ActionRequest {
  switch (action.type) {
    case 'webhook': {
      const { type, url, method, headers, body, timeoutMs } = action;
      return { type, url, method, headers, ...(body && { body: body.value }), timeout: timeoutMs };
    }
    case 'message': {
      const { type, text, toAgent, data, escalation } = action;
      return {
        type,
        text,
        ...(toAgent === null ? {} : { to_agent: toAgent }),
        ...(data && { data }),
        ...(escalation && { ack_within: escalation.withinMs, escalate_to: escalation.actions }),
      };
    }
    case 'command': {
      const { type, run, shell, cwd, env, timeoutMs } = action;
      const folder = cwd === null ? {} : { cwd };
      return { type, run, shell, ...folder, env, timeout: timeoutMs, ...toRequestForRunners(action) };
    }
    case 'file_write': {
      const { type, file, content, append } = action;
      return { type, file, content, append, ...toRequestForRunners(action) };
    }
    default: {
      // Every other type keeps its request as it was.
      const { timeoutMs: _, ...request } = action;
      return request;
    }
  }
}
