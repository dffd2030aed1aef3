import type { Alarm, DuePage, DueRange } from '@minoots/core';

/** What is due, as a store tells it, in memory: a row per timer until it is deleted. */
export class DueRows {
  readonly #rows = new Map<string, Alarm & { seq: number }>();
  #sorted: (Alarm & { seq: number })[] | null = null;
  #count = 0;
  /** Awaited between reading and answering, as over a network. */
  delay: () => Promise<void> = async () => {};

  add(alarm: Alarm): Alarm {
    this.#rows.set(alarm.timerId, { ...alarm, seq: ++this.#count });
    this.#sorted = null;
    return alarm;
  }

  delete({ timerId }: Alarm): void {
    this.#rows.delete(timerId);
  }

  get size(): number {
    return this.#rows.size;
  }

  readonly listDue = async ({ from, until, limit, after }: DueRange): Promise<DuePage> => {
    this.#sorted ??= [...this.#rows.values()].sort((a, b) => a.at - b.at || a.seq - b.seq);
    const [at = from, seq = 0] = after?.split('.').map(Number) ?? [];
    const isAfter = (row: { at: number; seq: number }) => row.at > at || (row.at === at && row.seq > seq);
    const due: (Alarm & { seq: number })[] = [];
    for (const row of this.#sorted) {
      if (due.length === limit || row.at > until) break;
      if (isAfter(row) && this.#rows.get(row.timerId) === row) due.push(row);
    }
    await this.delay();
    const last = due.at(-1);
    const next = last === undefined || due.length < limit ? null : `${last.at}.${last.seq}`;
    return { due: due.map(({ seq: _, ...alarm }) => alarm), next };
  };
}
