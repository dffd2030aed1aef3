import type { Scope } from '@minoots/contract';
import { MAX_SPAN_MS } from '../duration.ts';
import { ok, type Rejection, type Result, reject } from '../rejection.ts';
import type { AuditNote } from '../team/state.ts';
import { type ApiKey, endsAt, isSession, OWNER_KEY_ID, statusAt } from './state.ts';

/** Keys that have ended and are still listed; older ones are forgotten. */
export const MAX_ENDED_KEYS = 100;
/** Sessions that have ended and are still listed. They come and go by the day, and push no key off the list. */
export const MAX_ENDED_SESSIONS = 20;

/** What makes a key; secret parts are made elsewhere, and never given here. */
export type NewApiKey = Pick<
  ApiKey,
  'id' | 'teamId' | 'name' | 'prefix' | 'hash' | 'scopes' | 'createdBy' | 'expiresAt'
>;

/** What becomes of the keys of a team. */
export interface ApiKeyChange {
  /** Keys that are new, or not as they were. */
  save: readonly ApiKey[];
  /** Ids of keys that ended long ago. */
  forget: readonly string[];
  notes: readonly AuditNote[];
  /** The key that was made or changed. */
  key: ApiKey;
}

/** Whoever asks, as far as keys go. */
export interface KeyMaker {
  id: string;
  scopes: ReadonlySet<Scope>;
}

/** When a key is made, epoch ms, and how many may work at the same time. */
export interface KeyRoom {
  now: number;
  maxKeys: number;
}

/** Gives a team one key more. Nobody gives a key more scopes than they have themselves. */
export function addKey(
  keys: readonly ApiKey[],
  added: NewApiKey,
  { scopes }: Pick<KeyMaker, 'scopes'>,
  { now, maxKeys }: KeyRoom,
): Result<ApiKeyChange> {
  if (keys.some(({ id }) => id === added.id)) return shownAlready(added.id);
  const refusal =
    tooMuch(added.scopes, scopes) ?? unfitEnd(added.expiresAt, now) ?? withoutRoom(keys, { now, maxKeys });
  if (refusal !== null) return refusal;
  const unused = { lastUsedAt: null, uses: {}, revokedAt: null, rotation: null };
  const key: ApiKey = { ...added, createdAt: now, ...unused };
  const scopeList = key.scopes.join(', ');
  const note = { action: 'api_key.created', message: `Made the key "${key.name}" for ${scopeList}` };
  return ok({
    key,
    save: [key],
    forget: surplus(keys, now),
    notes: [{ ...note, at: now, actor: key.createdBy, subject: key.id }],
  });
}

/** A key in the place of another, which works on for `overlapMs`. It may do the same and lives as long as that was made for. */
export function rotateKey(
  keys: readonly ApiKey[],
  id: string,
  successor: Pick<NewApiKey, 'id' | 'prefix' | 'hash'>,
  { maker, overlapMs }: { maker: KeyMaker; overlapMs: number },
  room: KeyRoom,
): Result<ApiKeyChange> {
  const { now } = room;
  const old = keys.find((key) => key.id === id);
  if (old === undefined) return unknown(id);
  const unfit = unrotatable(old, successor.id, now);
  if (unfit !== null) return unfit;
  const rotated = { ...old, rotation: { replacedBy: successor.id, worksUntil: now + overlapMs } };
  const others = keys.map((key) => (key === old ? rotated : key));
  const { teamId, name, scopes, expiresAt, createdAt } = old;
  const made = addKey(
    others,
    {
      ...successor,
      teamId,
      name,
      scopes,
      createdBy: maker.id,
      expiresAt: expiresAt === null ? null : now + (expiresAt - createdAt),
    },
    maker,
    room,
  );
  if (!made.ok) return made;
  const { key, forget } = made.value;
  const until = overlapMs === 0 ? 'at once' : `at ${new Date(now + overlapMs).toISOString()}`;
  const message = `Put ${key.id} in the place of ${old.id} ("${name}"), which ends ${until}`;
  return ok({
    key,
    save: [rotated, key],
    forget,
    notes: [{ action: 'api_key.rotated', message, at: now, actor: maker.id, subject: old.id }],
  });
}

/** Ends a key. One that is revoked already stays as it is. */
export function revokeKey(
  keys: readonly ApiKey[],
  id: string,
  actor: string,
  now: number,
): Result<ApiKeyChange> {
  const key = keys.find((other) => other.id === id);
  if (key === undefined) return unknown(id);
  if (id === OWNER_KEY_ID) return ownersOwn();
  if (key.revokedAt !== null) return ok({ key, save: [], forget: [], notes: [] });
  const revoked = { ...key, revokedAt: now };
  const note = isSession(key)
    ? { action: 'session.ended', message: `Ended the session "${key.name}"` }
    : { action: 'api_key.revoked', message: `Revoked the key "${key.name}"` };
  return ok({
    key: revoked,
    save: [revoked],
    forget: [],
    notes: [{ ...note, at: now, actor, subject: id }],
  });
}

function unrotatable(old: ApiKey, successorId: string, now: number): Rejection | null {
  if (old.id === OWNER_KEY_ID) return ownersOwn();
  if (isSession(old)) return reject('invalid_state', `${old.id} is a session: sign in anew`);
  if (old.rotation?.replacedBy === successorId) return shownAlready(successorId);
  if (old.rotation !== null) {
    return reject(
      'invalid_state',
      `${old.id} was rotated already: ${old.rotation.replacedBy} is in its place`,
    );
  }
  const status = statusAt(old, now);
  return status === 'active' ? null : reject('invalid_state', `${old.id} is ${status}; make another key`);
}

function tooMuch(wanted: readonly Scope[], own: ReadonlySet<Scope>): Rejection | null {
  const excess = wanted.filter((scope) => !own.has(scope));
  if (excess.length === 0) return null;
  return reject('forbidden', `Nobody gives a key what they may not do themselves: ${excess.join(', ')}`);
}

function unfitEnd(expiresAt: number | null, now: number): Rejection | null {
  if (expiresAt === null || (expiresAt > now && expiresAt <= now + MAX_SPAN_MS)) return null;
  return reject('invalid_request', 'must lie in the future, at most 10 years ahead', '/expires_at');
}

function withoutRoom(keys: readonly ApiKey[], { now, maxKeys }: KeyRoom): Rejection | null {
  const inForce = keys.filter((key) => statusAt(key, now) === 'active' && !isSession(key)).length;
  if (inForce < maxKeys) return null;
  return reject(
    'team_full',
    `The team has ${maxKeys} keys that work; revoke one, or rotate one without overlap`,
  );
}

/** What makes room in the list: of keys that have ended, and of sessions by themselves, those that ended first. */
function surplus(keys: readonly ApiKey[], now: number): string[] {
  const ended = keys
    .filter((key) => statusAt(key, now) !== 'active')
    .sort((one, other) => endedAt(other) - endedAt(one));
  const others = ended.filter((key) => !isSession(key)).slice(MAX_ENDED_KEYS);
  const sessions = ended.filter(isSession).slice(MAX_ENDED_SESSIONS);
  return [...others, ...sessions].map(({ id }) => id);
}

function endedAt(key: ApiKey): number {
  return Math.min(key.revokedAt ?? Number.POSITIVE_INFINITY, endsAt(key) ?? Number.POSITIVE_INFINITY);
}

/** The id of a key is derived from the Idempotency-Key: the first request with it has done all there is to do. */
function shownAlready(id: string): Rejection {
  return reject('shown_once', `The first request made ${id}, and the key was shown in its answer alone`);
}

function ownersOwn(): Rejection {
  return reject(
    'invalid_state',
    'It is the key of the owner, which every start takes from its file or setting: change it there and start anew',
  );
}

function unknown(id: string): Rejection {
  return reject('not_found', `There is no API key ${id}`);
}
