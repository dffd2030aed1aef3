import { Resolver } from 'node:dns/promises';
import { NamesUnreachable, type TextRecords } from '../ports/text-records.ts';

/** How long a name server may take, in ms, and how often it is asked. */
const TRY_MS = 2_000;
const TRIES = 2;
/** What name servers answer for good; all else passes. */
const NO_SUCH_RECORD = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Asks name servers for TXT records, past what this machine remembers.
 * @param servers `address:port`; those of the system unless told
 */
export function textRecords(servers?: readonly string[]): TextRecords {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    async lookUp(name) {
      try {
        return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
      } catch (error) {
        if (NO_SUCH_RECORD.has(codeOf(error))) return [];
        throw new NamesUnreachable(`the name service does not answer for ${name}`, { cause: error });
      }
    },
  };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
