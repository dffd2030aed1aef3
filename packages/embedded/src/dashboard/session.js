import { Refusal, request } from './api.js';

const PLACE = 'minoots-session';

/**
 * @typedef {object} Session
 * @property {string} id
 * @property {string} key
 */

/** Takes the code of a sign-in link out of the address, where nobody shall find it; null where there is none. */
export function takeCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  return code;
}

/**
 * The session of this tab: the one that the code begins, or the one that it has. A tab that has one keeps it where the code
 * is of no use any more.
 *
 * @param {string | null} code
 * @returns {Promise<Session | null>}
 * @throws {Refusal} where the code is not good, and there is no session
 */
export async function signIn(code) {
  const kept = keptSession();
  if (code === null) return kept;
  try {
    const response = await request('/v1/sessions', { method: 'POST', body: { code } });
    const { id, key } = await response.json();
    sessionStorage.setItem(PLACE, JSON.stringify({ id, key }));
    return { id, key };
  } catch (error) {
    if (error instanceof Refusal && kept !== null) return kept;
    throw error;
  }
}

/**
 * Ends the session, here and on the server.
 *
 * @param {Session} session
 */
export async function signOut({ id, key }) {
  forgetSession();
  await request(`/v1/api-keys/${encodeURIComponent(id)}`, { method: 'DELETE', key });
}

/** Lets go of a session that has ended. */
export function forgetSession() {
  sessionStorage.removeItem(PLACE);
}

/** @returns {Session | null} */
function keptSession() {
  const text = sessionStorage.getItem(PLACE);
  return text === null ? null : JSON.parse(text);
}
