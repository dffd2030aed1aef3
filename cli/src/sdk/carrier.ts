import type { WireRequest } from './wire.ts';

/** What carries requests to the API. */
export interface Carrier {
  send(request: WireRequest, signal?: AbortSignal): Promise<unknown>;
  open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
}
