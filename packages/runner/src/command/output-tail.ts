import { lastBytes } from './last-bytes.ts';

/** The end of what a command has written, of any amount, as whole UTF-8 characters. */
export class OutputTail {
  readonly #max: number;
  #bytes = Buffer.alloc(0);

  /** @param max most bytes that are told */
  constructor(max: number) {
    this.#max = max;
  }

  push(chunk: Buffer): void {
    // A little more than is told, so that a character which the cut goes through is seen to be one.
    const kept = this.#max + 3;
    const end = chunk.length >= kept ? chunk : Buffer.concat([this.#bytes, chunk]);
    // A copy: a view would keep all of it in memory.
    this.#bytes = Buffer.from(end.subarray(-kept));
  }

  /** As text; bytes that are no UTF-8 become U+FFFD. */
  text(): string {
    return lastBytes(this.#bytes, this.#max);
  }
}
