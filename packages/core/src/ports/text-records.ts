/** Asks the name service for TXT records. */
export interface TextRecords {
  /**
   * What the records of a name hold, each put together from its parts; empty where there are none.
   * @throws NamesUnreachable when no answer can be had at present
   */
  lookUp(name: string): Promise<string[]>;
}

/** The name service does not answer at present. The caller may try again. */
export class NamesUnreachable extends Error {
  override readonly name = 'NamesUnreachable';
}
