import { createHash } from 'node:crypto';
import type { RequestContext } from '../app/deps.ts';
import { MinootsError } from '../app/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdempotencyClaim, IdempotencyStore, RecordedAnswer } from '../ports/idempotency-store.ts';
import type { Logger } from '../ports/logger.ts';
import { invalidRequest } from './problem.ts';
import type { Reply } from './reply.ts';

/** Says that an answer is the one recorded for the first request. */
const REPLAYED_HEADER = 'idempotent-replayed';

const KEY_HEADER = 'idempotency-key';
const VALID_KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;
const COMMAND_ID_LENGTH = 16;
/** A conflict, and too many of something. */
const PASSING = [409, 429];

export interface IdempotencyDeps {
  idempotency: IdempotencyStore;
  clock: Clock;
  logger: Logger;
}

/**
 * The idempotency key of a request, or null without one.
 * @throws MinootsError `invalid_request` unless it is 1 to 255 printable ASCII characters
 */
export function idempotencyKey(headers: Headers): string | null {
  const key = headers.get(KEY_HEADER);
  if (key === null || VALID_KEY.test(key)) return key;
  throw invalidRequest([
    { pointer: 'Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters' },
  ]);
}

/** The name under which timers remember the command of a key. */
export function commandIdOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, COMMAND_ID_LENGTH);
}

/** Tells one request from another. */
export function requestFingerprint(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method}\n${path}\n`).update(body).digest('hex');
}

/** A request that is to be carried out once. */
export interface KeyedRequest {
  key: string;
  fingerprint: string;
  ctx: RequestContext;
  /** Fields of the answer that are recorded nowhere. */
  shownOnce: readonly string[];
}

/**
 * Carries out a request once per key: the first answer is recorded and given again to later requests.
 * An answer that may turn out otherwise next time (5xx, conflicts that pass, 429) gives the key up instead.
 * @throws MinootsError `idempotency_mismatch`, `idempotency_in_flight`; `shown_once` where the first answer held a secret
 */
export async function once(
  deps: IdempotencyDeps,
  { key, fingerprint, ctx, shownOnce }: KeyedRequest,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const claim = { teamId: ctx.principal.teamId, key, fingerprint, now: deps.clock.now() };
  const outcome = await deps.idempotency.claim(claim);
  switch (outcome.type) {
    case 'answered':
      if (shownOnce.length > 0 && isSuccess(outcome.answer)) throw shownBefore(outcome.answer);
      return replay(outcome.answer);
    case 'mismatch':
      throw new MinootsError(
        'idempotency_mismatch',
        'This Idempotency-Key was sent with another request; make a new one',
      );
    case 'in-flight':
      throw new MinootsError(
        'idempotency_in_flight',
        'The first request with this Idempotency-Key has no answer yet',
      );
    case 'claimed':
      return settle(deps, claim, await work(), shownOnce);
    default:
      return outcome satisfies never;
  }
}

function replay(answer: RecordedAnswer): Reply {
  return { ...answer, headers: { ...answer.headers, [REPLAYED_HEADER]: 'true' } };
}

async function settle(
  { idempotency, logger }: IdempotencyDeps,
  claim: IdempotencyClaim,
  reply: Reply,
  shownOnce: readonly string[],
): Promise<Reply> {
  const { status, body, headers = {}, isRetryable } = reply;
  const mayDiffer = status >= 500 || (PASSING.includes(status) && isRetryable === true);
  try {
    if (mayDiffer || typeof body !== 'string') await idempotency.release(claim);
    else await idempotency.answer(claim, { status, headers, body: without(shownOnce, body) });
  } catch (err) {
    // What was done is done: its answer is worth more than its record. A repeat finds the command on the timer.
    logger.warn({ err, teamId: claim.teamId }, 'an idempotent answer could not be recorded');
  }
  return reply;
}

function isSuccess({ status }: Pick<Reply, 'status'>): boolean {
  return status < 400;
}

/** A body of JSON without some of its fields. */
function without(fields: readonly string[], body: string): string {
  if (fields.length === 0) return body;
  const parsed: Record<string, unknown> = JSON.parse(body);
  return JSON.stringify(
    Object.fromEntries(Object.entries(parsed).filter(([name]) => !fields.includes(name))),
  );
}

function shownBefore({ body }: RecordedAnswer): MinootsError {
  const { id } = JSON.parse(body);
  return new MinootsError(
    'shown_once',
    `The first request was carried out and made ${id}; what is secret of it was shown in its answer alone`,
    { members: { id } },
  );
}
