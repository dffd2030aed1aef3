import { type Awaitable, lazy } from './lazy.ts';

/** An array that can be awaited, or used at once: then it is read, blocking. */
export type LazyList<T> = T[] & Awaitable<T[]>;

/** @param readSync and `read` give the same entries, blocking and not; whichever is needed first is called once */
export function lazyList<T>(readSync: () => T[], read: () => Promise<T[]>): LazyList<T> {
  const target: T[] = [];
  let filled = false;
  let reading: Promise<T[]> | null = null;
  const fill = (entries: T[]) => {
    if (!filled) target.push(...entries);
    filled = true;
    return [...target];
  };
  return lazy(target, {
    freshen: () => {
      if (!filled) fill(readSync());
    },
    load: () => {
      reading ??= filled ? Promise.resolve([...target]) : read().then(fill);
      return reading;
    },
  });
}
