import { invalidRequest } from './problem.ts';

/**
 * The query parameters of a URL, each given once.
 * @throws MinootsError `invalid_request` for one that is repeated, or that would set a prototype
 */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf('?');
  const query: Record<string, string> = {};
  if (start === -1) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (name === '__proto__')
      throw invalidRequest([{ pointer: `?${name}`, message: 'is not a known parameter' }]);
    if (Object.hasOwn(query, name))
      throw invalidRequest([{ pointer: `?${name}`, message: 'is given more than once' }]);
    query[name] = value;
  }
  return query;
}
