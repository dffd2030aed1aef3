import type { InboxFilter, InboxKey, InboxPage, Message } from '@minoots/core';
import {
  type CollectionReference,
  type DocumentSnapshot,
  FieldPath,
  Timestamp,
} from 'firebase-admin/firestore';
import { isAcknowledged, later, movedOn } from './broadcast-ledger.ts';
import type { KeptLedger, Ledgers } from './ledgers.ts';
import { decodeMessage, inboxTerm, placeOf } from './message-document.ts';
import { compareCommits, type Position, readCommitPosition } from './timer-position.ts';

/** By how much the instant that Firestore notes for a document may lie before its commit, and clocks apart, in ms. */
const SETTLED_AFTER_MS = 60_000;

type Place = Position<Timestamp> | null;

interface Found {
  place: string;
  message: Message;
}

/** What a query came upon: what it was to find, and the places of all that it passed. */
interface Scan {
  found: Found[];
  passed: string[];
}

/** Where inboxes are read from. */
export interface InboxSource {
  messages: CollectionReference;
  ledgers: Ledgers;
  /** The real time in epoch ms. */
  now: () => number;
}

/** A part of an inbox, in the order in which it came in. @throws InvalidPosition */
export async function listInbox(
  source: InboxSource,
  inbox: InboxKey,
  filter: InboxFilter,
): Promise<InboxPage> {
  const after: Place = filter.after === undefined ? null : readCommitPosition(filter.after);
  const found = await find(source, inbox, after, filter);
  found.sort((one, other) => compareCommits(readCommitPosition(one.place), readCommitPosition(other.place)));
  const page = found.slice(0, filter.limit);
  return {
    messages: page.map(({ message }) => message),
    next: found.length > filter.limit ? (page.at(-1)?.place ?? null) : null,
  };
}

async function find(
  source: InboxSource,
  inbox: InboxKey,
  after: Place,
  filter: InboxFilter,
): Promise<Found[]> {
  const scanner = new Scanner(source.messages, filter);
  const { teamId, agentId } = inbox;
  const [ofTeam, own] = [inboxTerm(teamId, null), inboxTerm(teamId, agentId)];
  const both = agentId === null ? [ofTeam] : [own, ofTeam];
  if (filter.all) return (await scanner.scan('inbox', both, after)).found;
  const kept = agentId === null ? null : await source.ledgers.read(inbox);
  if (kept?.version === undefined) return (await scanner.scan('waitsIn', both, after)).found;

  const mark = kept.ledger.mark === null ? null : readCommitPosition(kept.ledger.mark);
  const isOpen = (place: string) => !isAcknowledged(kept.ledger, place);
  const [direct, recent, left] = await Promise.all([
    scanner.scan('waitsIn', [own], after),
    scanner.scan('waitsIn', [ofTeam], later(mark, after), isOpen),
    scanner.look(kept.ledger.left, after),
  ]);
  if (after === null) await moveOn(source, kept, recent, left);
  return [...direct.found, ...recent.found, ...left.found];
}

/** Spares the next readings what this one found acknowledged. */
async function moveOn(
  { ledgers, now }: InboxSource,
  kept: KeptLedger,
  recent: Scan,
  left: Scan,
): Promise<void> {
  const open = new Set(left.found.map(({ place }) => place));
  const gone = new Set(left.passed.filter((place) => !open.has(place)));
  const settledAt = Timestamp.fromMillis(now() - SETTLED_AFTER_MS);
  const moved = movedOn(kept.ledger, recent.passed, gone, settledAt);
  if (moved !== null) await ledgers.replace(kept, moved);
}

class Scanner {
  readonly #messages: CollectionReference;
  readonly #now: number;
  /** One more than a page has, to know whether there is a next one. */
  readonly #wanted: number;

  constructor(messages: CollectionReference, { now, limit }: Pick<InboxFilter, 'now' | 'limit'>) {
    this.#messages = messages;
    this.#now = now;
    this.#wanted = limit + 1;
  }

  /** Goes through inboxes until enough is found. */
  async scan(
    field: 'inbox' | 'waitsIn',
    inboxes: readonly string[],
    after: Place,
    isWanted: (place: string) => boolean = () => true,
  ): Promise<Scan> {
    const [only, ...more] = inboxes;
    const chosen =
      more.length === 0
        ? this.#messages.where(field, '==', only)
        : this.#messages.where(field, 'in', inboxes);
    const ordered = chosen.orderBy('insertedAt').orderBy(FieldPath.documentId()).limit(this.#wanted);
    const scan: Scan = { found: [], passed: [] };
    let page = after === null ? ordered : ordered.startAfter(after.at, after.id);
    for (;;) {
      const { docs } = await page.get();
      this.#take(docs, scan, isWanted);
      const last = docs.at(-1);
      if (last === undefined || docs.length < this.#wanted || scan.found.length >= this.#wanted) return scan;
      page = ordered.startAfter(last.get('insertedAt'), last.id);
    }
  }

  /** Looks at messages one by one until enough is found that still waits. */
  async look(places: readonly string[], after: Place): Promise<Scan> {
    const scan: Scan = { found: [], passed: [] };
    const rest = places.filter(
      (place) => after === null || compareCommits(readCommitPosition(place), after) > 0,
    );
    for (let from = 0; from < rest.length && scan.found.length < this.#wanted; from += this.#wanted) {
      const part = rest.slice(from, from + this.#wanted);
      const refs = part.map((place) => this.#messages.doc(readCommitPosition(place).id));
      const documents = await this.#messages.firestore.getAll(...refs);
      this.#take(
        documents.filter((document) => document.get('waitsIn') !== undefined),
        scan,
      );
      scan.passed.push(...part);
    }
    return scan;
  }

  #take(
    documents: readonly DocumentSnapshot[],
    { found, passed }: Scan,
    isWanted: (place: string) => boolean = () => true,
  ): void {
    for (const document of documents) {
      const place = placeOf(document);
      const message = decodeMessage(document);
      passed.push(place);
      if (message !== null && message.expiresAt > this.#now && isWanted(place))
        found.push({ place, message });
    }
  }
}
