import { InvalidPosition } from '@minoots/core';
import { Timestamp } from 'firebase-admin/firestore';

/** A document's place in an order by an instant and then by document id. */
export interface Position<Instant> {
  at: Instant;
  /** Document id. */
  id: string;
}

/** A place in an order by epoch ms, as text. */
export function positionOf({ at, id }: Position<number>): string {
  return `${at}.${id}`;
}

/** @throws InvalidPosition when the text is none that `positionOf` gave */
export function readPosition(text: string): Position<number> {
  const [, at, id] = /^(-?\d{1,16})\.([A-Za-z0-9~-]{43})$/.exec(text) ?? [];
  if (at === undefined || id === undefined) throw notAPosition(text);
  return { at: Number(at), id };
}

/** A place in an order by an instant of Firestore's, as text. */
export function commitPositionOf({ at, id }: Position<Timestamp>): string {
  return `${at.seconds}.${at.nanoseconds}.${id}`;
}

/** @throws InvalidPosition when the text is none that `commitPositionOf` gave */
export function readCommitPosition(text: string): Position<Timestamp> {
  const [, seconds, nanoseconds, id] = /^(\d{1,11})\.(\d{1,9})\.([A-Za-z0-9~-]{43})$/.exec(text) ?? [];
  if (id === undefined) throw notAPosition(text);
  return { at: new Timestamp(Number(seconds), Number(nanoseconds)), id };
}

/** Negative when `one` comes first, positive when `other` does, 0 when they are the same. */
export function compareCommits(one: Position<Timestamp>, other: Position<Timestamp>): number {
  if (one.at.isEqual(other.at)) return compare(one.id, other.id);
  return compare(one.at.valueOf(), other.at.valueOf());
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function notAPosition(text: string): InvalidPosition {
  return new InvalidPosition(`${text} is not a position in this list`);
}
