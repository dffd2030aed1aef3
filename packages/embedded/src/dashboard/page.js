import { Refusal, request } from './api.js';
import { follow } from './live.js';
import { forgetSession, signIn, signOut, takeCode } from './session.js';
import {
  byId,
  clearBoard,
  showBoard,
  showConnection,
  showEvent,
  showNotice,
  showTimers,
  tick,
} from './view.js';

const RETRY_MS = 2_000;
/**
 * Of a link that the server has not answered: it may not have been reached, and the address has it no more.
 *
 * @type {string | null}
 */
let code = null;
/** Ends what was begun for a session. */
let leaving = new AbortController();

async function start() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  clearBoard();
  try {
    code = takeCode() ?? code;
    const session = await signIn(code);
    code = null;
    if (session === null) {
      showNotice(
        'Not signed in',
        'Run this on the machine of the server; it opens a link that signs you in:',
      );
      return;
    }
    byId('sign-out').onclick = () => void leave(session);
    await work(session.key, signal);
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

/**
 * @param {string} key
 * @param {AbortSignal} signal
 */
async function work(key, signal) {
  const me = await (await request('/v1/me', { key, signal })).json();
  showBoard(me);
  const audience = { timers: showTimers, event: showEvent, connection: showConnection };
  await follow(key, audience, signal);
}

/** @param {import('./session.js').Session} session */
async function leave(session) {
  leaving.abort();
  clearBoard();
  try {
    await signOut(session);
    showNotice('Signed out', 'To come back, run this on the machine of the server:');
  } catch (error) {
    // One that has ended already is as good.
    if (error instanceof Refusal && error.status === 401)
      return showNotice('Signed out', 'The session had ended. To come back, run:');
    showNotice(
      'Signed out of this tab',
      'The server could not be told: the session ends by itself, or with `minoots keys revoke`.',
      { hasCommand: false },
    );
  }
}

/** @param {unknown} error */
function fail(error) {
  if (!(error instanceof Refusal)) {
    showNotice('The server does not answer', 'Trying again…', { hasCommand: false });
    setTimeout(start, RETRY_MS);
    return;
  }
  code = null;
  if (error.status === 401) {
    forgetSession();
    showNotice('The session has ended', 'It was signed out, or its time is over. To come back, run:');
  } else if (error.status === 422) {
    showNotice(
      'This link does not work any more',
      'A link signs in once, within five minutes. For another one, run:',
    );
  } else {
    showNotice('You could not be signed in', `${error.message}. Try again in a minute, with another link:`);
  }
}

addEventListener('hashchange', () => void start());
setInterval(tick, 1_000);
await start();
