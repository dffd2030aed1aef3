import { ok, type Result } from '../rejection.ts';
import { type ApiKeyChange, addKey, type NewApiKey, revokeKey } from './changes.ts';
import { type ApiKey, isSession, statusAt } from './state.ts';

/** Sessions that last at the same time; one more ends the oldest. */
export const MAX_SESSIONS = 10;

/** What begins a session: a key that may do all that a person may, and ends by itself. */
export type NewSession = NewApiKey & { expiresAt: number };

/**
 * Gives a person a key that stands for them until it ends. Sessions are counted by themselves, so that neither a team full of
 * keys keeps its owner out nor they the keys.
 */
export function beginSession(
  keys: readonly ApiKey[],
  session: NewSession,
  now: number,
): Result<ApiKeyChange> {
  const room = { now, maxKeys: Number.POSITIVE_INFINITY };
  const added = addKey(keys, session, { scopes: new Set(session.scopes) }, room);
  if (!added.ok) return added;
  const { key, save, forget } = added.value;
  const surplus = keys
    .filter((other) => isSession(other) && statusAt(other, now) === 'active')
    .sort((one, other) => other.createdAt - one.createdAt)
    .slice(MAX_SESSIONS - 1)
    .map(({ id }) => revokeKey(keys, id, session.createdBy, now));
  const ended = surplus.flatMap((change) => (change.ok ? [change.value] : []));
  const until = new Date(session.expiresAt).toISOString();
  const note = { action: 'session.begun', message: `Signed in to "${key.name}" until ${until}` };
  return ok({
    key,
    save: [...ended.flatMap((change) => change.save), ...save],
    forget,
    notes: [
      ...ended.flatMap(({ notes }) => notes),
      { ...note, at: now, actor: key.createdBy, subject: key.id },
    ],
  });
}
