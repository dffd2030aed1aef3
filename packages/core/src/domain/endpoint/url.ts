const AUTHORITY = /^[a-z]+:[/\\]+[^/\\?#]*/i;

/**
 * What tells the endpoints of a team apart: a URL as it stands in an action, with its origin in the usual form and without
 * query and fragment. Placeholders stay as they are.
 */
export function endpointUrl(target: string): string {
  const { origin } = new URL(target);
  const [path = ''] = target.trim().replace(AUTHORITY, '').split(/[?#]/);
  return `${origin}${path === '' ? '/' : path}`;
}

/** Whether every timer calls the very same URL, so that what is said of it is said of the endpoint. */
export function isFixed(target: string): boolean {
  return !target.includes('${');
}
