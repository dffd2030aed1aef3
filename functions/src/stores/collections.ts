import { hash } from 'node:crypto';

/** The top-level collections of the engine in Firestore. */
export const TIMERS = 'timers';
export const SCHEDULES = 'schedules';
export const IDEMPOTENCY = 'idempotency';
export const API_KEYS = 'apiKeys';
/** A document for each team that has changed its keys: changes take their turns over it. */
export const API_KEY_TURNS = 'apiKeyTurns';
export const SIGNING_SECRETS = 'signingSecrets';
export const SECRETS = 'secrets';
export const RUNNERS = 'runners';
export const RUNNER_TEAMS = 'runnerTeams';
export const CONTEXT = 'context';
export const TEAMS = 'teams';
export const TEAM_DOMAINS = 'teamDomains';
export const TEAM_SLUGS = 'teamSlugs';
export const AUDIT = 'audit';
export const ENDPOINTS = 'endpoints';
export const SHARES = 'shares';
export const BUDGETS = 'budgets';
/** Parts of the counters of timers, and of places in windows of time. */
export const COUNTERS = 'counters';
export const WINDOWS = 'windows';
export const UNARMED = 'unarmed';
export const EVENTS = 'events';
export const MESSAGES = 'messages';
export const LEDGERS = 'ledgers';
export const RATES = 'rates';

/** How many parts a collection is read in where a growing field is indexed: an index on that field alone takes 500 writes/s. */
export const SHARDS = 16;
/** Shards that one query merges. Firestore takes 30, the in-process database 10. */
const SHARDS_PER_QUERY = 8;
/** All shards, in as many parts as there are queries. */
export const QUERIED_SHARDS = Array.from({ length: SHARDS / SHARDS_PER_QUERY }, (_, query) =>
  Array.from({ length: SHARDS_PER_QUERY }, (_, shard) => query * SHARDS_PER_QUERY + shard),
);

/**
 * Names a document after the parts that tell it from all others: SHA-256 in 43 letters, digits, "-" and "~". Ids that
 * begin with a hash spread over the key range, whatever ids clients choose.
 */
export function documentId(...parts: readonly (string | number)[]): string {
  // Firestore keeps names of the form __name__ to itself, and one hash in 17 million would have it.
  return hash('sha256', JSON.stringify(parts), 'base64url').replaceAll('_', '~');
}

/** The shard of a document, 0 to 15, from its id. */
export function shardOf(documentId: string): number {
  return Number.parseInt(hash('md5', documentId, 'hex').slice(0, 2), 16) % SHARDS;
}
