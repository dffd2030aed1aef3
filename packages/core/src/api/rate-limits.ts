import type { Context } from 'hono';
import type { Deps } from '../app/deps.ts';
import { MinootsError, UnknownTeam } from '../app/errors.ts';
import { NEWCOMER_WINDOW_MS, networkOf, takeNewcomer } from '../app/plans/count-newcomer.ts';
import { countRequest, tooMany } from '../app/plans/count-request.ts';
import type { Principal } from '../ports/authenticator.ts';
import { RATE_WINDOW_MS, type RateLimiter, type RateReading } from '../ports/rate-limiter.ts';
import { UnknownCredentials } from './credentials.ts';
import type { Reply } from './reply.ts';

/** Requests a minute that may show credentials which nobody has, or ask for teams of others, unless told. */
export const GUESSES_PER_MINUTE = 60;

export interface MeterDeps extends Pick<Deps, 'plans'> {
  /** Counts by real time, whatever the time of the timers does. */
  rates: RateLimiter;
  /** The address that a request comes from, as nobody but the front end can say; null where that is not known. */
  addressOf: (c: Context) => string | null;
  /** Of one address, or one key or person; `GUESSES_PER_MINUTE` unless told. */
  guessesPerMinute?: number | undefined;
  /** People who may come for the first time from one address; `NEWCOMERS_PER_HOUR` unless told. */
  newcomersPerHour?: number | undefined;
}

/**
 * Counts a request of whoever makes it, answers it unless there were too many, and says in the answer how many are left.
 * Those of whoever the service belongs to are answered uncounted.
 * @param fail makes a reply of what the work threw
 */
export async function metered(
  deps: MeterDeps,
  principal: Principal,
  fail: (error: unknown) => Reply,
  work: () => Promise<Reply>,
): Promise<Reply> {
  if (principal.isUnmetered) return work();
  const { reading, refusal } = await countRequest(deps, principal);
  const answer = async () => {
    if (refusal !== null) throw refusal;
    return work();
  };
  const reply = await answer().catch(fail);
  return { ...reply, headers: { ...reply.headers, ...rateHeaders(reading) } };
}

/**
 * Lets credentials be looked up, and counts those that nobody has against the address, and asking for teams of others
 * against whoever asks, too. Beyond the limit these are told so. Credentials that somebody has, for a team of theirs, are
 * never refused for what came before.
 */
export async function countingGuesses<T>(deps: MeterDeps, c: Context, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const { rates, guessesPerMinute = GUESSES_PER_MINUTE } = deps;
    const readings = await Promise.all(
      guessersOf(error, deps.addressOf(c)).map((guesser) => rates.take(guesser, guessesPerMinute)),
    );
    const refused = readings.find(({ allowed }) => !allowed);
    throw refused === undefined
      ? error
      : tooMany(refused, 'requests with unknown credentials, or for teams of others,');
  }
}

/** Counts somebody who has never been here, by the address. @throws MinootsError `rate_limited` */
export async function countNewcomer({ rates, addressOf, newcomersPerHour }: MeterDeps, c: Context) {
  const address = addressOf(c);
  const reading = address === null ? null : await takeNewcomer(rates, address, newcomersPerHour);
  if (reading !== null && !reading.allowed)
    throw tooMany(reading, 'new people from one address', NEWCOMER_WINDOW_MS);
}

/** Who has guessed, if that was a guess: by the address, and by who they are where that is known. */
function guessersOf(error: unknown, address: string | null): string[] {
  const byAddress = isGuess(error) && address !== null ? [`guesses ${networkOf(address)}`] : [];
  return error instanceof UnknownTeam ? [...byAddress, `guesses of ${error.asker}`] : byAddress;
}

/** Whether something was shown to sign in by that nobody has, or a team asked for that is another's. */
function isGuess(error: unknown): boolean {
  if (error instanceof UnknownCredentials || error instanceof UnknownTeam) return true;
  return error instanceof MinootsError && error.code === 'sign_in_link_invalid';
}

/** As the IETF has them: the policy, and where the caller stands. */
function rateHeaders({ limit, remaining, resetMs }: RateReading): Record<string, string> {
  return {
    'ratelimit-policy': `"minute";q=${limit};w=${RATE_WINDOW_MS / 1_000}`,
    ratelimit: `"minute";r=${remaining};t=${Math.max(1, Math.ceil(resetMs / 1_000))}`,
  };
}
