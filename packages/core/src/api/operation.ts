import type { OperationId, Operations } from '@minoots/contract';
import type * as z from 'zod';
import type { RequestContext } from '../app/deps.ts';

/** What a handler is given: the parts of the request that its operation declares, checked and read. */
export interface Call<K extends OperationId> {
  params: Part<K, 'params'>;
  query: Part<K, 'query'>;
  body: Part<K, 'body'>;
  /** The body as it came. */
  text: string;
  /** Undefined where the operation needs no credentials. */
  ctx: Operations[K]['scope'] extends null ? undefined : RequestContext;
  /** The request as it came, for its headers and its signal; the body has been read. */
  request: Request;
  /** Whether whoever asks still may, for answers that take long. Where that cannot be found out at present they may. */
  stillMay: () => Promise<boolean>;
}

/** What a handler answers: a body as the contract declares it, or a stream. */
export type Answer<K extends OperationId> = Operations[K] extends { stream: 'sse' }
  ? StreamAnswer
  : JsonAnswer<K>;

export interface JsonAnswer<K extends OperationId> {
  body: z.output<Operations[K]['output']>;
  /** Where it is not the one that the operation declares. */
  status?: number;
  headers?: Record<string, string>;
}

/** Server-sent events as UTF-8 text. */
export interface StreamAnswer {
  stream: ReadableStream<Uint8Array>;
}

/** An answer of any operation. */
export type AnyAnswer = StreamAnswer | { body: unknown; status?: number; headers?: Record<string, string> };

/** Carries out one operation: from the wire to the use case and back. */
export type Handler<K extends OperationId> = (call: Call<K>) => Promise<Answer<K>>;

/** One handler for every operation of the contract. */
export type Handlers = { readonly [K in OperationId]: Handler<K> };

type Part<K extends OperationId, P extends 'params' | 'query' | 'body'> = Operations[K] extends {
  readonly [_ in P]: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : undefined;
