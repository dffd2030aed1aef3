import { randomUUID } from 'node:crypto';
import {
  type AuditNote,
  DomainTaken,
  keepsAlike,
  SlugTaken,
  type Team,
  type TeamDecision,
  type TeamStore,
  verifiedDomains,
} from '@minoots/core';
import type {
  CollectionReference,
  DocumentData,
  Firestore,
  Query,
  Transaction,
} from 'firebase-admin/firestore';
import { TEAM_DOMAINS, TEAM_SLUGS, TEAMS } from './collections.ts';
import { noteDocuments } from './firestore-audit-log.ts';
import { onFirestore } from './on-firestore.ts';
import { type Attempted, attempt, inTransaction } from './transactions.ts';

/** How long timers that end may still be given the time of the plan before, in ms: for so long instances remember it, and write. */
export const HISTORY_MEMORY_MS = 3_600_000;
const HISTORY_DELAY_MS = 2 * HISTORY_MEMORY_MS;
/** Most teams of one user that are listed. */
const MOST_TEAMS = 100;

/**
 * Teams in Firestore: `teams/{id}`, the aggregate as JSON text in `team` and beside it what queries need. `changeId` tells
 * a change that was sent twice from another one. Where the plan keeps history for another time than before, `historyDueAt` is
 * when `reviseHistories` may tell the timers, and `historyFrom` how far it has come. A slug is a document of its own, `teamSlugs/{slug}`, and so is a verified
 * domain, `teamDomains/{domain}`: no two teams can make the same.
 */
export class FirestoreTeamStore implements TeamStore {
  readonly #firestore: Firestore;
  readonly #teams: CollectionReference;
  readonly #slugs: CollectionReference;
  readonly #domains: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#teams = firestore.collection(TEAMS);
    this.#slugs = firestore.collection(TEAM_SLUGS);
    this.#domains = firestore.collection(TEAM_DOMAINS);
  }

  /** Two reads, and two writes and one for each note where both are free. */
  insert(team: Team, notes: readonly AuditNote[]): Promise<'inserted' | 'id-taken' | 'slug-taken'> {
    const [ref, slug] = [this.#teams.doc(team.id), this.#slugs.doc(team.slug)];
    const data = encode(team, { changeId: randomUUID() });
    const inserted = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const [held, holder] = await transaction.getAll(ref, slug);
        if (held?.exists) return held.get('changeId') === data.changeId ? 'inserted' : 'id-taken';
        if (holder?.exists) return 'slug-taken';
        transaction.create(ref, data).create(slug, { teamId: team.id });
        this.#write(transaction, team.id, notes);
        return 'inserted';
      });
    return onFirestore(inserted);
  }

  /** One read, and where something changes one write and one for each note; another slug costs a read and two writes more. */
  async update<R>(teamId: string, decide: (team: Team | null) => TeamDecision<R>): Promise<R> {
    const changeId = randomUUID();
    let saved: { result: R } | null = null;
    const decided = () =>
      inTransaction(this.#firestore, async (transaction): Promise<Attempted<R>> => {
        const held = (await transaction.get(this.#teams.doc(teamId))).data();
        // An attempt before this one was committed and its answer got lost: the change is made, once.
        if (saved !== null && held?.changeId === changeId) return { ok: true, value: saved.result };
        const before = held === undefined ? null : decode(held);
        const decision = attempt(() => decide(before));
        if (!decision.ok) return decision;
        const { save, remove, notes = [], result } = decision.value;
        if (save !== undefined) {
          const due = historyDue(save, before, held);
          const taken = await this.#save(transaction, save, before, { changeId, ...due });
          if (taken !== null) return { ok: false, reason: taken };
          saved = { result };
        } else if (remove === true) this.#remove(transaction, teamId, before);
        this.#write(transaction, teamId, notes);
        return { ok: true, value: result };
      });
    const decision = await onFirestore(decided);
    if (!decision.ok) throw decision.reason;
    return decision.value;
  }

  /** One read. */
  async get(teamId: string): Promise<Team | null> {
    const data = (await onFirestore(() => this.#teams.doc(teamId).get())).data();
    return data === undefined ? null : decode(data);
  }

  /** Two reads. A team that is renamed in between may count as absent. */
  async findBySlug(slug: string): Promise<Team | null> {
    const holder = (await onFirestore(() => this.#slugs.doc(slug).get())).data();
    if (holder === undefined) return null;
    const team = await this.get(String(holder.teamId));
    return team?.slug === slug ? team : null;
  }

  /** Two reads. */
  async findByDomain(domain: string): Promise<Team | null> {
    const holder = (await onFirestore(() => this.#domains.doc(domain).get())).data();
    if (holder === undefined) return null;
    const team = await this.get(String(holder.teamId));
    return team !== null && verifiedDomains(team).includes(domain) ? team : null;
  }

  async findByInvitation(tokenHash: string): Promise<Team | null> {
    const query = this.#teams.where('invitationHashes', 'array-contains', tokenHash).limit(1);
    const [team = null] = await this.#read(query);
    return team;
  }

  /** A read for each team. */
  listInviting(email: string): Promise<Team[]> {
    return this.#read(this.#teams.where('invitedEmails', 'array-contains', email).limit(MOST_TEAMS));
  }

  /** A read for each team. */
  listOf(userId: string): Promise<Team[]> {
    const ofUser = this.#teams.where('memberIds', 'array-contains', userId);
    return this.#read(ofUser.orderBy('createdAt').limit(MOST_TEAMS));
  }

  /** A read for each team, at least one. */
  listDeleted(until: number, limit: number): Promise<Team[]> {
    return this.#read(this.#teams.where('eraseAt', '<=', until).orderBy('eraseAt').limit(limit));
  }

  async #read(query: Query): Promise<Team[]> {
    const { docs } = await onFirestore(() => query.get());
    return docs.map((document) => decode(document.data()));
  }

  /** What another team has, or null where all was free. Reads come before writes in a transaction. */
  async #save(
    transaction: Transaction,
    team: Team,
    before: Team | null,
    extra: DocumentData,
  ): Promise<SlugTaken | DomainTaken | null> {
    const names = changedNames(team, before);
    const slugs = names.slugs.added.map((slug) => this.#slugs.doc(slug));
    const domains = names.domains.added.map((domain) => this.#domains.doc(domain));
    const added = [...slugs, ...domains];
    const held = added.length === 0 ? [] : await transaction.getAll(...added);
    const rival = held.find((document) => document.exists && document.get('teamId') !== team.id);
    if (rival?.ref.parent.id === TEAM_SLUGS) return new SlugTaken(`another team has the slug ${rival.id}`);
    if (rival !== undefined) return new DomainTaken(`another team has the domain ${rival.id}`);
    for (const slug of names.slugs.gone) transaction.delete(this.#slugs.doc(slug));
    for (const domain of names.domains.gone) transaction.delete(this.#domains.doc(domain));
    for (const ref of added) transaction.set(ref, { teamId: team.id });
    transaction.set(this.#teams.doc(team.id), encode(team, extra));
    return null;
  }

  #remove(transaction: Transaction, teamId: string, before: Team | null): void {
    transaction.delete(this.#teams.doc(teamId));
    if (before === null) return;
    transaction.delete(this.#slugs.doc(before.slug));
    for (const domain of verifiedDomains(before)) transaction.delete(this.#domains.doc(domain));
  }

  #write(transaction: Transaction, teamId: string, notes: readonly AuditNote[]): void {
    for (const { ref, data } of noteDocuments(this.#firestore, teamId, notes)) transaction.create(ref, data);
  }
}

/** Names that only one team can have, which a change adds and gives up. */
function changedNames(team: Team, before: Team | null) {
  const compare = (now: readonly string[], then: readonly string[]) => ({
    added: now.filter((name) => !then.includes(name)),
    gone: then.filter((name) => !now.includes(name)),
  });
  return {
    slugs: compare([team.slug], before === null ? [] : [before.slug]),
    domains: compare(verifiedDomains(team), before === null ? [] : verifiedDomains(before)),
  };
}

/** What a change leaves to be done in the history of the team. */
function historyDue(team: Team, before: Team | null, held: DocumentData | undefined): DocumentData {
  if (before === null) return {};
  // From its beginning: what has been told another plan has to be told this one.
  if (!keepsAlike(team.plan, before.plan)) return { historyDueAt: team.plan.since + HISTORY_DELAY_MS };
  const { historyDueAt, historyFrom } = held ?? {};
  return {
    ...(historyDueAt === undefined ? {} : { historyDueAt }),
    ...(historyFrom === undefined ? {} : { historyFrom }),
  };
}

function encode(team: Team, extra: DocumentData): DocumentData {
  return {
    createdAt: team.createdAt,
    memberIds: team.members.map(({ userId }) => userId),
    invitedEmails: team.invitations.map(({ email }) => email),
    invitationHashes: team.invitations.map(({ tokenHash }) => tokenHash),
    ...extra,
    // Absent otherwise, so that its index holds deleted teams alone.
    ...(team.deletion === undefined ? {} : { eraseAt: team.deletion.lookAt }),
    team: JSON.stringify(team),
  };
}

/** Documents are written by this store alone. */
function decode(data: DocumentData): Team {
  return JSON.parse(data.team);
}
