/**
 * Finds the items of a batch that wait for one another in a circle, or for such items.
 * @param parents the numbers of the items that each item waits for, by its own number
 */
export function findCycles(parents: readonly (readonly number[])[]): ReadonlySet<number> {
  const children = parents.map((): number[] => []);
  for (const [child, own] of parents.entries()) for (const parent of own) children[parent]?.push(child);
  const waitsFor = parents.map(({ length }) => length);
  const free = [...parents.keys()].filter((item) => waitsFor[item] === 0);
  const stuck = new Set(parents.keys());
  for (let item = free.pop(); item !== undefined; item = free.pop()) {
    stuck.delete(item);
    for (const child of children[item] ?? []) {
      const left = (waitsFor[child] ?? 0) - 1;
      waitsFor[child] = left;
      if (left === 0) free.push(child);
    }
  }
  return stuck;
}
