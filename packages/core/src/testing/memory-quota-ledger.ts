import { ACTIVE_STATUSES, placesOf } from '../domain/timer/places.ts';
import type { CounterKey, QuotaLedger } from '../ports/quota-ledger.ts';
import type { TimerStore } from '../ports/timer-store.ts';

const PAGE = 200;

/** A ledger in memory that counts the timers of a store whenever it is asked, so that it is never wrong. */
export function memoryQuotaLedger(timers: TimerStore): QuotaLedger {
  const windows = new Map<string, number>();
  const checks = new Map<string, { key: CounterKey; checkAt: number }>();
  const nameOf = ({ teamId, counter }: CounterKey) => `${teamId}\n${counter}`;
  const used = async ({ teamId, counter }: CounterKey) => {
    let count = 0;
    let after: string | undefined;
    do {
      const page = await timers.list(teamId, { statuses: ACTIVE_STATUSES }, PAGE, after);
      count += page.timers.filter((timer) => placesOf(timer).includes(counter)).length;
      after = page.next ?? undefined;
    } while (after !== undefined);
    return count;
  };
  /** Counters that were not looked at yet, of timers that have an alarm. */
  const unseen = async () => {
    const range = { from: Number.MIN_SAFE_INTEGER, until: Number.MAX_SAFE_INTEGER, limit: PAGE, after: null };
    const { due } = await timers.listDue(range);
    const found = await Promise.all(due.map((key) => timers.get(key)));
    return found.flatMap((timer) =>
      timer === null
        ? []
        : placesOf(timer).map((counter) => {
            const key = { teamId: timer.teamId, counter };
            return [nameOf(key), { key, checkAt: 0 }] as const;
          }),
    );
  };
  return {
    take: async ({ window, ...key }, { max }) => {
      const name = `${nameOf(key)}\n${window.startsAt}`;
      const taken = windows.get(name) ?? 0;
      if (taken >= max) return false;
      windows.set(name, taken + 1);
      return true;
    },
    usedIn: async ({ window, ...key }) => windows.get(`${nameOf(key)}\n${window.startsAt}`) ?? 0,
    used,
    reconcile: async (key, { checkAt, keepEmpty = false }) => {
      const count = await used(key);
      if (count === 0 && !keepEmpty) checks.delete(nameOf(key));
      else checks.set(nameOf(key), { key, checkAt });
      return { used: count, wasWrong: false };
    },
    listToCheck: async (until, limit) =>
      [...new Map([...(await unseen()), ...checks]).values()]
        .filter(({ checkAt }) => checkAt <= until)
        .sort((one, other) => one.checkAt - other.checkAt)
        .slice(0, limit)
        .map(({ key }) => key),
  };
}
