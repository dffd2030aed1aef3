import { inspect } from 'node:util';

/** What makes a value awaitable. */
export type Awaitable<T> = Pick<Promise<T>, 'then' | 'catch' | 'finally'>;

/** How a lazy value comes by its content. */
export interface LazySource<T extends object> {
  /** Brings the target up to date, blocking; called before every look at it, so it decides whether there is something to do. */
  freshen: () => void;
  /** Gives the value without blocking. */
  load: () => Promise<T>;
  /** Properties known without loading. */
  known?: ReadonlySet<PropertyKey>;
}

/**
 * A value that is fetched when it is needed: awaited, it loads without blocking; looked at before that, it blocks
 * once and is then an ordinary object or array.
 * @param target what fills up; `freshen` and `load` write to it
 */
export function lazy<T extends object>(target: T, source: LazySource<T>): T & Awaitable<T> {
  const promised: Record<PropertyKey, unknown> = {
    // biome-ignore lint/suspicious/noThenProperty: being awaitable is the point
    then: (...callbacks: Parameters<Promise<T>['then']>) => source.load().then(...callbacks),
    catch: (...callbacks: Parameters<Promise<T>['catch']>) => source.load().catch(...callbacks),
    finally: (...callbacks: Parameters<Promise<T>['finally']>) => source.load().finally(...callbacks),
  };
  const look = (property?: PropertyKey) => {
    if (property === undefined || !source.known?.has(property)) source.freshen();
  };
  Object.defineProperty(target, inspect.custom, { value: () => snapshot(target, look), configurable: true });
  return new Proxy(target, {
    get(_, property) {
      if (Object.hasOwn(promised, property)) return promised[property];
      // Asked by inspection, before anything is looked at.
      if (property !== inspect.custom && property !== Symbol.toStringTag) look(property);
      return Reflect.get(target, property);
    },
    has: (_, property) => {
      look(property);
      return Reflect.has(target, property);
    },
    ownKeys: () => {
      look();
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor: (_, property) => {
      look(property);
      return Reflect.getOwnPropertyDescriptor(target, property);
    },
  }) as T & Awaitable<T>;
}

function snapshot(target: object, look: () => void): object {
  look();
  return Array.isArray(target) ? [...target] : { ...target };
}
