import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { RecordedAnswer } from '@minoots/core';
import * as z from 'zod';

/** Bytes of an answer in one document: Firestore allows 1,048,576 for the whole. */
export const PART_BYTES = 1_000_000;

const Answer = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** An answer, gzipped, in parts that each fit a document; at least one. */
export async function packAnswer(answer: RecordedAnswer): Promise<[Buffer, ...Buffer[]]> {
  const zipped = await zip(JSON.stringify(answer));
  const rest: Buffer[] = [];
  for (let start = PART_BYTES; start < zipped.length; start += PART_BYTES) {
    rest.push(zipped.subarray(start, start + PART_BYTES));
  }
  return [zipped.subarray(0, PART_BYTES), ...rest];
}

/** The answer of all its parts, in order. */
export async function unpackAnswer(parts: readonly Uint8Array[]): Promise<RecordedAnswer> {
  const text = await unzip(Buffer.concat(parts));
  return Answer.parse(JSON.parse(text.toString()));
}
