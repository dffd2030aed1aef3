/** One server-sent event. */
export interface ServerSentEvent {
  id?: string;
  event?: string;
  data?: string;
}

/** Reads server-sent events one by one. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  /** @param response an answer of type `text/event-stream` */
  constructor(response: Response) {
    if (response.body === null) throw new Error('the stream has no body');
    this.#reader = response.body.getReader();
  }

  /** The next event; comments and fields that are no event are passed over. */
  async next(): Promise<ServerSentEvent> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end === -1) {
        await this.#readMore();
        continue;
      }
      const event = parse(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
      if (event.data !== undefined) return event;
    }
  }

  /** Goes away. */
  close(): Promise<void> {
    return this.#reader.cancel();
  }

  async #readMore(): Promise<void> {
    const { done, value } = await this.#reader.read();
    if (done) throw new Error('the stream has ended');
    this.#text += this.#decoder.decode(value, { stream: true });
  }
}

function parse(block: string): ServerSentEvent {
  const fields = block.split('\n').map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
  });
  return Object.fromEntries(fields);
}
