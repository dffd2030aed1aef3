import { MAX_PORTABLE_BYTES, type Portable } from '@minoots/contract';
import * as z from 'zod';
import { bodyPointer, fieldErrors } from '../../wire/field-errors.ts';
import { MinootsError } from '../errors.ts';

/** Something to import, and its number in the request, from 0. */
export interface Item {
  item: unknown;
  number: number;
}

/** Whether an item says of itself that it is of this type. */
export function isOfType(item: unknown, type: Portable['type']): boolean {
  return z.object({ type: z.literal(type) }).safeParse(item).success;
}

/** Reads an item of an import. @throws MinootsError `invalid_request` or `payload_too_large` */
export function readItem<T>(schema: z.ZodType<T>, item: unknown, number: number): T {
  const { success, data, error } = schema.safeParse(item);
  if (!success) {
    const errors = fieldErrors(error, bodyPointer);
    const what = isOfType(item, 'schedule') ? 'schedule' : 'timer';
    throw new MinootsError('invalid_request', `Item ${number} is not a portable ${what} of a known version`, {
      errors,
    });
  }
  if (Buffer.byteLength(JSON.stringify(data)) <= MAX_PORTABLE_BYTES) return data;
  throw new MinootsError('payload_too_large', `An item must be at most ${MAX_PORTABLE_BYTES} bytes`);
}
