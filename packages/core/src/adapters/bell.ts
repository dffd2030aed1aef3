/** Rings for one listener. Rings that nobody has heard yet count as one. */
export class Bell implements AsyncIterable<void> {
  #rung = false;
  #closed = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** A ring from before is still heard. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<void> {
    for (;;) {
      if (this.#rung) {
        this.#rung = false;
        yield;
      } else if (this.#closed) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
