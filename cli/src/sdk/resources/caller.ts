import type { OperationId } from '@minoots/contract';
import type { AnswerOf, RequestParts } from '../wire.ts';

/** Calls an operation of the API and gives its answer as the contract describes it. */
export type Call = <K extends OperationId>(
  operationId: K,
  parts?: RequestParts,
  signal?: AbortSignal,
) => Promise<AnswerOf<K>>;
