import type { ContextEntry, JsonValue } from '@minoots/contract';
import type { Call } from './caller.ts';

/** Operations on the team's context: the facts that conditions of timers ask for. Every method throws MinootsError. */
export class Context {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** All facts, by key. */
  async list(): Promise<ContextEntry[]> {
    return (await this.#call('listContext')).data;
  }

  get(key: string): Promise<ContextEntry> {
    return this.#call('getContext', { id: key });
  }

  /** @param value any JSON of up to 16 KiB */
  set(key: string, value: JsonValue): Promise<ContextEntry> {
    return this.#call('setContext', { id: key, body: { value } });
  }

  /** Removes a fact, and gives it as it was. */
  delete(key: string): Promise<ContextEntry> {
    return this.#call('deleteContext', { id: key });
  }
}
