import {
  type AdmitDeps,
  admit,
  judge,
  MinootsError,
  type Person,
  personOf,
  type RateLimiter,
  StorageUnavailable,
  takeNewcomer,
} from '@minoots/core';
import { HttpsError } from 'firebase-functions/https';
import type { AuthBlockingEvent } from 'firebase-functions/identity';

type Arrival = Pick<AuthBlockingEvent, 'data' | 'additionalUserInfo'> &
  Partial<Pick<AuthBlockingEvent, 'ipAddress'>>;

/** What the gate takes. */
export interface GateDeps extends AdmitDeps {
  /** Counts by real time. */
  rates: RateLimiter;
  /** Accounts that may be made from one address in an hour. */
  newcomersPerHour?: number;
}

/**
 * Decides on an account that is about to be made. Of one address so many are made in an hour; whom single sign-on brings is
 * not counted, since a company brings all of its people at once.
 * @throws HttpsError `permission-denied` or `resource-exhausted`, with what people are told
 */
export async function checkNewcomer(deps: GateDeps, event: Arrival): Promise<void> {
  const {
    person: { email },
    providerId,
  } = arrivalOf(event);
  const { joins } = await decide(() => judge(deps, email === '' ? null : email, providerId));
  // Emulators do not tell the address.
  if (joins !== null || !event.ipAddress) return;
  const { allowed } = await takeNewcomer(deps.rates, event.ipAddress, deps.newcomersPerHour, 'accounts');
  if (!allowed)
    throw new HttpsError(
      'resource-exhausted',
      'Many accounts were made from this address just now; try again in an hour',
    );
}

/**
 * Decides on a sign-in, and makes a member of whom single sign-on brings.
 * @throws HttpsError `permission-denied`, with what people are told
 */
export async function letIn(deps: AdmitDeps, event: Arrival): Promise<void> {
  const { person, providerId } = arrivalOf(event);
  await decide(() => admit(deps, person, providerId));
}

function arrivalOf({ data, additionalUserInfo }: Arrival): { person: Person; providerId: string } {
  const person =
    data === undefined
      ? null
      : personOf({
          userId: data.uid,
          email: data.email ?? null,
          emailVerified: data.emailVerified === true,
          name: data.displayName ?? null,
        });
  const providerId = additionalUserInfo?.providerId;
  if (person === null || providerId === undefined)
    throw new HttpsError('invalid-argument', 'The account has no id or address that can be kept');
  return { person, providerId };
}

async function decide(verdict: () => ReturnType<typeof judge>) {
  const judged = await verdict().catch((error: unknown) => {
    // Letting people in unjudged would open the door to whoever can keep the store busy.
    if (error instanceof StorageUnavailable)
      throw new HttpsError('unavailable', 'Nobody can be signed in at present; try again in a minute');
    if (error instanceof MinootsError) throw new HttpsError('permission-denied', error.message);
    throw error;
  });
  if (!judged.allowed) throw new HttpsError('permission-denied', judged.reason);
  return judged;
}
