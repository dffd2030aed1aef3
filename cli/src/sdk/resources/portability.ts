import { MAX_BATCH, type Portable, type PortableTimer } from '@minoots/contract';
import type { AnswerOf } from '../wire.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;
/** Below the 8 MiB that the API takes at once. */
const MAX_PART_LENGTH = 2_500_000;
const IMPORT_TIMEOUT_MS = 120_000;

/** What came of an import, with a result per timer or schedule in the order in which they were given. */
export type Import = AnswerOf<'importTimers'>;

/** Moves timers that have not ended, and schedules, between servers. Every method throws MinootsError. */
export class Portability {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** One page of what has not ended, whole: timers, newest first, and then schedules. */
  exportPage(page: Page = {}): Promise<AnswerOf<'exportTimers'>> {
    return this.#call('exportTimers', { query: { ...page } });
  }

  /** All that has not ended, page by page as it is consumed. */
  async *exportAll(): AsyncGenerator<Portable, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.exportPage({ limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** Takes up to 1,000 exported timers and schedules. What timers wait for is among them, or there already. */
  importPart(data: readonly unknown[]): Promise<Import> {
    return this.#call('importTimers', { body: { data }, timeoutMs: IMPORT_TIMEOUT_MS });
  }

  /** Takes exported timers and schedules, however many and in whatever order. */
  async importAll(items: readonly Portable[]): Promise<Import> {
    const all: Import = { imported: 0, unchanged: 0, refused: 0, results: [] };
    const places = new Map(items.map((item, index) => [item, index]));
    for (const part of parts(inOrder(items))) {
      const { imported, unchanged, refused, results } = await this.importPart(part);
      all.imported += imported;
      all.unchanged += unchanged;
      all.refused += refused;
      for (const [index, item] of part.entries()) {
        const [place, result] = [places.get(item), results[index]];
        if (place !== undefined && result !== undefined) all.results[place] = result;
      }
    }
    return all;
  }
}

/** Timers may wait for the occurrences of schedules, never the other way round. */
function inOrder(items: readonly Portable[]): Portable[] {
  return [
    ...items.filter(({ type }) => type === 'schedule'),
    ...parentsFirst(items.filter((item) => item.type === 'timer')),
  ];
}

/** Timers in an order in which each comes after those that it waits for, as far as there is one. */
function parentsFirst(timers: readonly PortableTimer[]): PortableTimer[] {
  const byId = new Map(timers.map((timer) => [timer.id, timer]));
  const placed = new Set<PortableTimer>();
  const seen = new Set<PortableTimer>();
  // A stack instead of recursion: chains may be thousands of timers long.
  const stack = timers.toReversed();
  for (let timer = stack.pop(); timer !== undefined; timer = stack.pop()) {
    if (seen.has(timer)) {
      placed.add(timer);
      continue;
    }
    seen.add(timer);
    stack.push(timer);
    for (const { id } of timer.depends_on) {
      const parent = byId.get(id);
      if (parent !== undefined && !seen.has(parent)) stack.push(parent);
    }
  }
  return [...placed];
}

function* parts(items: readonly Portable[]): Generator<Portable[]> {
  let part: Portable[] = [];
  let length = 0;
  for (const item of items) {
    const added = JSON.stringify(item).length;
    if (part.length === MAX_BATCH || (part.length > 0 && length + added > MAX_PART_LENGTH)) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(item);
    length += added;
  }
  if (part.length > 0) yield part;
}
