import type { Endpoint, EndpointStatus } from '../domain/endpoint/state.ts';

/** Names one endpoint. */
export interface EndpointKey {
  teamId: string;
  endpointId: string;
}

/** What to do with an endpoint that was just read, and what to answer. Neither `save` nor `remove` leaves it as it is. */
export interface EndpointDecision<R> {
  save?: Endpoint;
  remove?: true;
  result: R;
}

export interface EndpointFilter {
  status?: EndpointStatus;
}

export interface EndpointPage {
  endpoints: Endpoint[];
  /** Where the next page starts; null after the last. Meaningful to this store only. */
  next: string | null;
}

/** Endpoints to look after until an instant, epoch ms; `after` is `next` of the page before. */
export interface LookRange {
  until: number;
  limit: number;
  after: string | null;
}

export interface LookPage {
  keys: EndpointKey[];
  /** Where the next page starts; null after the last. */
  next: string | null;
}

/**
 * What is known of endpoints that are not well. Every promise of a change resolves only after the change is durable, and
 * one whose change could not be made durable rejects with `StorageUnavailable`.
 */
export interface EndpointStore {
  /**
   * How an endpoint stands, null when nothing is known of it: asked before every attempt, so it costs next to nothing.
   * What another process has changed may show later, by as long as the adapter says; changes through this store show at
   * once.
   */
  glance(key: EndpointKey): Promise<EndpointStatus | null>;

  /**
   * Reads one endpoint, decides and saves, with nothing in between: of parallel updates each sees the result of the one
   * before. `decide` is pure and may run several times. What it throws rejects the promise and changes nothing.
   */
  update<R>(key: EndpointKey, decide: (endpoint: Endpoint | null) => EndpointDecision<R>): Promise<R>;

  get(key: EndpointKey): Promise<Endpoint | null>;

  /**
   * Endpoints of a team that something is known of, in no order that means anything.
   * @param after `next` of the page before
   * @throws InvalidPosition when `after` is not such a position
   */
  list(teamId: string, filter: EndpointFilter, limit: number, after?: string): Promise<EndpointPage>;

  /** Endpoints of any team whose `lookAt` has come, earliest first. */
  listToLookAt(range: LookRange): Promise<LookPage>;
}
