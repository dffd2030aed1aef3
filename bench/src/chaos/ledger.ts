import type { Timer } from '@minoots/contract';
import type { Acknowledged } from './observations.ts';

/** What clients were told: the latest acknowledged state of each timer, by id. */
export interface Ledger {
  /** Notes a timer as an answer showed it. An older generation than the one known changes nothing. */
  note(origin: number, timer: Timer): void;
  readonly entries: ReadonlyMap<string, { readonly origin: number; readonly acknowledged: Acknowledged }>;
}

export function createLedger(): Ledger {
  const entries = new Map<string, { origin: number; acknowledged: Acknowledged }>();
  return {
    entries,
    note(origin, timer) {
      const known = entries.get(timer.id)?.acknowledged;
      if (known && known.generation > timer.generation) return;
      const fireAt = timer.fire_at === null ? null : Date.parse(timer.fire_at);
      entries.set(timer.id, {
        origin,
        acknowledged: { generation: timer.generation, fireAt, cancelled: timer.status === 'cancelled' },
      });
    },
  };
}
