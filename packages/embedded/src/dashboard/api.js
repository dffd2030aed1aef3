/** The API refused a request; `status` is that of the answer. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   */
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/**
 * Sends a request to the server that this page came from.
 *
 * @param {string} path
 * @param {{ method?: string, key?: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal }} [options]
 * @returns {Promise<Response>}
 * @throws {Refusal} and TypeError where nobody answers
 */
export async function request(path, { method = 'GET', key, body, headers = {}, signal } = {}) {
  const response = await fetch(path, {
    method,
    headers: {
      ...headers,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    // Nothing but the key says who asks.
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(response.status, String(problem.detail ?? `The server answered ${response.status}`));
}
