import type { DeliveryTarget } from '@minoots/contract';
import type { Action } from '../domain/action.ts';

/** Where an action goes, as the API shows it: nothing of headers, bodies and command lines, which may
 * hold credentials. */
export function toWireTarget(action: Action): DeliveryTarget {
  const url = 'url' in action ? action.url : null;
  return {
    host: hostNamesOf(action)[0] ?? null,
    url: url === null ? null : withoutQueryValues(url),
    method: 'method' in action ? action.method : null,
    to_agent: 'toAgent' in action ? action.toAgent : null,
    file: 'file' in action ? action.file : null,
    runs_on: 'runsOn' in action ? action.runsOn : null,
  };
}

/** The host of an action's target, in lower case: with its port if that is not the scheme's own, then without. */
export function hostNamesOf(action: Action): string[] {
  const url = 'url' in action ? URL.parse(action.url) : null;
  return url === null ? [] : [url.host, url.hostname];
}

/** Keys of services often stand in a query. URLs hold no user names or passwords; these are refused at creation. */
function withoutQueryValues(url: string): string {
  return url.replace(/\?[^#]*/, (query) => query.replaceAll(/=[^&]+/g, '=…'));
}
