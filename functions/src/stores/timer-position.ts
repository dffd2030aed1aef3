import { InvalidPosition } from '@minoots/core';

/** A document's place in an order by an instant and then by document id. */
export interface Position {
  /** Epoch ms. */
  at: number;
  /** Document id. */
  id: string;
}

/** A position as text. */
export function positionOf({ at, id }: Position): string {
  return `${at}.${id}`;
}

/** @throws InvalidPosition when the text is none that `positionOf` gave */
export function readPosition(text: string): Position {
  const [, at, id] = /^(-?\d{1,16})\.([A-Za-z0-9~-]{43})$/.exec(text) ?? [];
  if (at === undefined || id === undefined)
    throw new InvalidPosition(`${text} is not a position in the timers`);
  return { at: Number(at), id };
}
