import {
  type AdmitDeps,
  admit,
  judge,
  MinootsError,
  type Person,
  personOf,
  StorageUnavailable,
} from '@minoots/core';
import { HttpsError } from 'firebase-functions/https';
import type { AuthBlockingEvent } from 'firebase-functions/identity';

type Arrival = Pick<AuthBlockingEvent, 'data' | 'additionalUserInfo'>;

/** Decides on an account that is about to be made. @throws HttpsError `permission-denied`, with what people are told */
export async function checkNewcomer(deps: AdmitDeps, event: Arrival): Promise<void> {
  const {
    person: { email },
    providerId,
  } = arrivalOf(event);
  await decide(() => judge(deps, email === '' ? null : email, providerId));
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

async function decide(verdict: () => ReturnType<typeof judge>): Promise<void> {
  const judged = await verdict().catch((error: unknown) => {
    // Letting people in unjudged would open the door to whoever can keep the store busy.
    if (error instanceof StorageUnavailable)
      throw new HttpsError('unavailable', 'Nobody can be signed in at present; try again in a minute');
    if (error instanceof MinootsError) throw new HttpsError('permission-denied', error.message);
    throw error;
  });
  if (!judged.allowed) throw new HttpsError('permission-denied', judged.reason);
}
