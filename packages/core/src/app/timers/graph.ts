import { MAX_GRAPH_NODES, type TimerGraphEdge } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { inParallel } from '../in-parallel.ts';
import { getTimer } from './get.ts';

const PAGE = 200;
const PARALLEL = 20;

/** Timers that hang together; `depth` is 0 for the one asked for, below 0 for what it came from, above 0 for what follows. */
export interface TimerGraph {
  nodes: { timer: Timer; depth: number }[];
  edges: TimerGraphEdge[];
  /** Whether there is more than `MAX_GRAPH_NODES`. */
  truncated: boolean;
}

/** Reads what a timer came from and what follows from it, step by step in both directions. */
export async function getTimerGraph(deps: Deps, ctx: RequestContext, id: string): Promise<TimerGraph> {
  const walk = new Walk(deps, await getTimer(deps, ctx, id));
  return walk.toEnd();
}

class Walk {
  readonly #deps: Deps;
  readonly #found = new Map<string, { timer: Timer; depth: number }>();
  readonly #start: Timer;
  #isTruncated = false;

  constructor(deps: Deps, start: Timer) {
    this.#deps = deps;
    this.#start = start;
    this.#found.set(start.id, { timer: start, depth: 0 });
  }

  async toEnd(): Promise<TimerGraph> {
    let [above, below] = [[this.#start], [this.#start]];
    for (let depth = 1; above.length + below.length > 0 && !this.#isTruncated; depth++) {
      above = await this.#parentsOf(above, -depth);
      below = await this.#childrenOf(below, depth);
    }
    const nodes = [...this.#found.values()];
    const edges = nodes.flatMap(({ timer }) => edgesTo(timer)).filter(({ from }) => this.#found.has(from));
    return { nodes, edges, truncated: this.#isTruncated };
  }

  async #parentsOf(timers: readonly Timer[], depth: number): Promise<Timer[]> {
    const ids = new Set(timers.flatMap((timer) => edgesTo(timer).map(({ from }) => from)));
    const added: Timer[] = [];
    await inParallel([...ids], PARALLEL, async (timerId) => {
      if (this.#isTruncated || this.#found.has(timerId)) return;
      const timer = await this.#deps.timers.get({ teamId: this.#start.teamId, timerId });
      if (timer !== null && this.#add(timer, depth)) added.push(timer);
    });
    return added;
  }

  async #childrenOf(timers: readonly Timer[], depth: number): Promise<Timer[]> {
    const added: Timer[] = [];
    await inParallel(timers, PARALLEL, async ({ teamId, id: timerId }) => {
      let after: string | null = null;
      do {
        const page = await this.#deps.timers.listChildren({ teamId, timerId }, { limit: PAGE, after });
        added.push(...page.timers.filter((timer) => this.#add(timer, depth)));
        after = page.next;
      } while (after !== null && !this.#isTruncated);
    });
    return added;
  }

  /** Whether it is new and there is room for it. */
  #add(timer: Timer, depth: number): boolean {
    if (this.#found.has(timer.id)) return false;
    if (this.#found.size >= MAX_GRAPH_NODES) {
      this.#isTruncated = true;
      return false;
    }
    this.#found.set(timer.id, { timer, depth });
    return true;
  }
}

function edgesTo({ id, dependencies, lineage }: Timer): TimerGraphEdge[] {
  const awaited = dependencies?.parents.map((parent) => parent.id) ?? [];
  return [
    ...awaited.map((from): TimerGraphEdge => ({ from, to: id, type: 'depends_on' })),
    ...(lineage === null ? [] : [{ from: lineage.parentId, to: id, type: 'spawned' } as const]),
  ];
}
