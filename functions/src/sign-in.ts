import type { AuthBlockingEvent } from 'firebase-functions/identity';
import { checkNewcomer, letIn } from './identity/sign-in-gate.ts';
import { instance } from './instance.ts';

/** Answers Identity Platform before it makes an account. Rejects to forbid it. */
export async function beforeCreate(event: AuthBlockingEvent): Promise<void> {
  const { signIns } = await instance();
  await checkNewcomer(signIns, event);
}

/** Answers Identity Platform before somebody is signed in. Rejects to forbid it. */
export async function beforeSignIn(event: AuthBlockingEvent): Promise<void> {
  const { signIns } = await instance();
  await letIn(signIns, event);
}
