/** What Google bills for; of one timer. */
export interface Operations {
  /** Documents read. */
  reads: number;
  writes: number;
  deletes: number;
  /** Operations on tasks, dispatches included. */
  tasks: number;
  /** Requests that functions answered. */
  requests: number;
}

/** List prices in US regions, in dollars per million: https://cloud.google.com/firestore/pricing and its neighbours. */
const PRICES: Operations = { reads: 0.3, writes: 0.9, deletes: 0.1, tasks: 0.4, requests: 0.4 };
/** Dollars for a second of an instance with 1 vCPU and 512 MiB, by a million. */
const INSTANCE_SECOND = 25.25;
/** Dollars for a GiB of egress. */
const EGRESS_GIB = 0.12;

/**
 * Time that a request has an instance to itself: 100 ms, when 20 share one. That holds under load; single timers, far apart,
 * hardly overlap and cost up to 20 times as much of it.
 */
const INSTANCE_SECONDS_PER_REQUEST = 0.1 / 20;
/** Deletes of a settled timer when its history is over, by Firestore itself. */
const EXPIRY_DELETES = 1;
/** A webhook and its answer, the creation's answer, and TLS: about 2 KiB. */
const EGRESS_GIB_PER_MILLION = 2;

/** Dollars for a million timers that cost these operations each. */
export function dollarsPerMillion(operations: Operations): number {
  const { reads, writes, deletes, tasks, requests } = operations;
  return (
    reads * PRICES.reads +
    writes * PRICES.writes +
    (deletes + EXPIRY_DELETES) * PRICES.deletes +
    tasks * PRICES.tasks +
    requests * PRICES.requests +
    requests * INSTANCE_SECONDS_PER_REQUEST * INSTANCE_SECOND +
    EGRESS_GIB_PER_MILLION * EGRESS_GIB
  );
}
