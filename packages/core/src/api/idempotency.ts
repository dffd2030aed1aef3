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
const CONFLICT = 409;

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

/**
 * Carries out a request once per key: the first answer is recorded and given again to later requests.
 * An answer that may turn out otherwise next time (5xx, and conflicts that pass) gives the key up instead.
 * @throws MinootsError `idempotency_mismatch`, `idempotency_in_flight`
 */
export async function once(
  deps: IdempotencyDeps,
  key: string,
  fingerprint: string,
  { principal }: RequestContext,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const claim = { teamId: principal.teamId, key, fingerprint, now: deps.clock.now() };
  const outcome = await deps.idempotency.claim(claim);
  switch (outcome.type) {
    case 'answered':
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
      return settle(deps, claim, await work());
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
): Promise<Reply> {
  const { status, body, headers = {}, isRetryable } = reply;
  const mayDiffer = status >= 500 || (status === CONFLICT && isRetryable === true);
  try {
    if (mayDiffer || typeof body !== 'string') await idempotency.release(claim);
    else await idempotency.answer(claim, { status, headers, body });
  } catch (err) {
    // What was done is done: its answer is worth more than its record. A repeat finds the command on the timer.
    logger.warn({ err, teamId: claim.teamId }, 'an idempotent answer could not be recorded');
  }
  return reply;
}
