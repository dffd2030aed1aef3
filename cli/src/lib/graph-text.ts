import type { TimerGraph, TimerGraphNode } from '@minoots/contract';
import pc from 'picocolors';
import { formatStatus } from './format.ts';
import { safeLine } from './text.ts';

/** How a line stands in the tree: what is drawn before it, and before the lines below it. */
interface Place {
  branch: string;
  indent: string;
  note: string;
}

const TOP: Place = { branch: '', indent: '', note: '' };

/**
 * A graph as a tree, from what has no parents down to what nothing follows from. A timer with several parents stands under
 * each of them, with what follows from it under the first.
 * @param id the timer that was asked for, which is pointed at
 */
export function describeGraph({ nodes, edges, truncated }: TimerGraph, id: string): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const below = Map.groupBy(edges, ({ from }) => from);
  const hasParent = new Set(edges.map(({ to }) => to));
  const drawn = new Set<string>();
  const lines: string[] = [];
  const draw = (node: TimerGraphNode, { branch, indent, note }: Place): void => {
    const isRepeat = drawn.has(node.id);
    const marks = [note, isRepeat ? '(see above)' : '', node.id === id ? '◀' : ''].filter(Boolean);
    const text = [safeLine(node.name), formatStatus(node.status), pc.dim(node.id), ...marks].join('  ');
    lines.push(branch + text);
    if (isRepeat) return;
    drawn.add(node.id);
    const children = below.get(node.id) ?? [];
    for (const [index, { to, type }] of children.entries()) {
      const child = byId.get(to);
      const isLast = index === children.length - 1;
      const childNote = type === 'spawned' ? '(made by it)' : '';
      const place = {
        branch: `${indent}${isLast ? '└─ ' : '├─ '}`,
        indent: `${indent}${isLast ? '   ' : '│  '}`,
        note: childNote,
      };
      if (child !== undefined) draw(child, place);
    }
  };
  const tops = nodes.filter((node) => !hasParent.has(node.id));
  // Timers of ids that were used before may stand in a circle: then none is at the top.
  for (const node of [...tops, ...nodes]) if (!drawn.has(node.id)) draw(node, TOP);
  if (truncated) lines.push(`There is more than these ${nodes.length} timers.`);
  return lines.join('\n');
}
