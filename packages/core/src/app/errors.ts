import type { ErrorCode, FieldError, JsonObject } from '@minoots/contract';
import type { Rejection, Result } from '../domain/rejection.ts';

/** What may go with an error: the fields at fault, members added to the problem document, seconds after which to try again. */
export interface ErrorExtras {
  errors?: FieldError[];
  members?: JsonObject;
  retryAfterS?: number;
}

/** The one error that use cases throw; its code is in the contract's table. */
export class MinootsError extends Error {
  override readonly name = 'MinootsError';
  readonly code: ErrorCode;
  readonly errors: FieldError[] | undefined;
  readonly members: JsonObject | undefined;
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, detail: string, { errors, members, retryAfterS }: ErrorExtras = {}) {
    super(detail);
    this.code = code;
    this.errors = errors;
    this.members = members;
    this.retryAfterS = retryAfterS;
  }
}

/** The error for a refusal of the domain. */
export function fromRejection({ code, detail, pointer }: Rejection, members?: JsonObject): MinootsError {
  return new MinootsError(code, pointer === undefined ? detail : `${pointer} ${detail}`, {
    ...(pointer === undefined ? {} : { errors: [{ pointer, message: detail }] }),
    ...(members === undefined ? {} : { members }),
  });
}

/** The error for an id that the team has no timer of. */
export function timerNotFound(id: string): MinootsError {
  return new MinootsError('not_found', `There is no timer ${id}`);
}

/** The error for an id that the team has no delivery of. */
export function deliveryNotFound(id: string): MinootsError {
  return new MinootsError('not_found', `There is no delivery ${id}`);
}

/** The error for an id that the team, or the inbox that was asked for, has no message of. */
export function messageNotFound(id: string): MinootsError {
  return new MinootsError('not_found', `There is no message ${id} here`);
}

/** The error for a key that the team's context does not have. */
export function contextNotFound(key: string): MinootsError {
  return new MinootsError('not_found', `The context has no key ${key}`);
}

/** The error for an agent that no budget holds for. */
export function budgetNotFound(agentId: string): MinootsError {
  return new MinootsError('not_found', `Agent ${agentId} has no budget`);
}

/** The error for a name that the team has no secret of. */
export function secretNotFound(name: string): MinootsError {
  return new MinootsError('not_found', `There is no secret ${name}`);
}

/** The error for an id that the team has no runner of. */
export function runnerNotFound(id: string): MinootsError {
  return new MinootsError('not_found', `There is no runner ${id}; register it first`);
}

/** The error for an id of an endpoint of which nothing is known. */
export function endpointNotFound(id: string): MinootsError {
  return new MinootsError('not_found', `There is no endpoint ${id} that fails or is paused`);
}

/** The error for an id that the team has no schedule of. */
export function scheduleNotFound(id: string): MinootsError {
  return new MinootsError('not_found', `There is no schedule ${id}`);
}

/** The error for a team that does not exist, or that the one who asks is not in: nobody learns which. */
export function teamNotFound(ref: string): MinootsError {
  return new MinootsError('not_found', `There is no team ${ref} of yours`);
}

/** Whoever asks has named a team that does not exist, or that they are not in: perhaps to find out which there are. */
export class UnknownTeam extends MinootsError {
  /** Id of the key, or of the person. */
  readonly asker: string;

  constructor(ref: string, asker: string) {
    super('not_found', teamNotFound(ref).message);
    this.asker = asker;
  }
}

/** What the domain gave. @throws MinootsError where it refused */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw fromRejection(result);
  return result.value;
}
