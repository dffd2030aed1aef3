import { MAX_BATCH, type PortableTimer } from '@minoots/contract';
import type { AnswerOf } from '../wire.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;
/** Below the 8 MiB that the API takes at once. */
const MAX_PART_LENGTH = 2_500_000;
const IMPORT_TIMEOUT_MS = 120_000;

/** What came of an import, with a result per timer in the order in which they were given. */
export type Import = AnswerOf<'importTimers'>;

/** Moves timers that have not ended between servers. Every method throws MinootsError. */
export class Portability {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** One page of what has not ended, whole, newest first. */
  exportPage(page: Page = {}): Promise<AnswerOf<'exportTimers'>> {
    return this.#call('exportTimers', { query: { ...page } });
  }

  /** All that has not ended, page by page as it is consumed. */
  async *exportAll(): AsyncGenerator<PortableTimer, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.exportPage({ limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** Takes up to 1,000 exported timers. Those that others wait for are among them, or there already. */
  importPart(data: readonly unknown[]): Promise<Import> {
    return this.#call('importTimers', { body: { data }, timeoutMs: IMPORT_TIMEOUT_MS });
  }

  /** Takes exported timers, however many and in whatever order. */
  async importAll(timers: readonly PortableTimer[]): Promise<Import> {
    const all: Import = { imported: 0, unchanged: 0, refused: 0, results: [] };
    const places = new Map(timers.map((timer, index) => [timer, index]));
    for (const part of parts(parentsFirst(timers))) {
      const { imported, unchanged, refused, results } = await this.importPart(part);
      all.imported += imported;
      all.unchanged += unchanged;
      all.refused += refused;
      for (const [index, timer] of part.entries()) {
        const [place, result] = [places.get(timer), results[index]];
        if (place !== undefined && result !== undefined) all.results[place] = result;
      }
    }
    return all;
  }
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

function* parts(timers: readonly PortableTimer[]): Generator<PortableTimer[]> {
  let part: PortableTimer[] = [];
  let length = 0;
  for (const timer of timers) {
    const added = JSON.stringify(timer).length;
    if (part.length === MAX_BATCH || (part.length > 0 && length + added > MAX_PART_LENGTH)) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(timer);
    length += added;
  }
  if (part.length > 0) yield part;
}
