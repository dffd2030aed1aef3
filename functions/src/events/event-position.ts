import { Timestamp } from 'firebase-admin/firestore';
import { z } from 'zod';

/** Where an event stands: by the instant of its commit, then by its document, then in the order of that document. */
export interface EventPosition {
  committedAt: Timestamp;
  documentId: string;
  /** The timer's version that the event came with; 0 of events that no timer holds. */
  version: number;
  /** 0, 1, … among the events of that version. */
  index: number;
}

/** The last second that a Timestamp can hold. */
const MAX_SECONDS = 253_402_300_799;

const idParts = z.tuple([
  z.int().min(0).max(MAX_SECONDS),
  z.int().min(0).max(999_999_999),
  z.string(),
  z.int().min(0),
  z.int().min(0),
]);

/** Negative when `one` comes first, positive when `other` does, 0 when they are the same. */
export function comparePositions(one: EventPosition, other: EventPosition): number {
  return (
    compare(one.committedAt.valueOf(), other.committedAt.valueOf()) ||
    compare(one.documentId, other.documentId) ||
    one.version - other.version ||
    one.index - other.index
  );
}

/** The position after everything that was committed up to an instant. */
export function positionAfter(instant: Timestamp): EventPosition {
  // Document ids hold letters, digits, "-" and "~": all of them come before.
  return { committedAt: instant, documentId: '\x7f', version: 0, index: 0 };
}

/** The id of the event at a position: the same for every reader, and all that resuming after it takes. */
export function toEventId({ committedAt, documentId, version, index }: EventPosition): string {
  const parts = [committedAt.seconds, committedAt.nanoseconds, documentId, version, index];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The position that an id stands for; null when it is no id of this feed. */
export function fromEventId(id: string): EventPosition | null {
  const parsed = idParts.safeParse(parseJson(Buffer.from(id, 'base64url').toString()));
  if (!parsed.success) return null;
  const [seconds, nanoseconds, documentId, version, index] = parsed.data;
  return { committedAt: new Timestamp(seconds, nanoseconds), documentId, version, index };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
