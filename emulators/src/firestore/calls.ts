import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import type { Databases } from './databases.ts';
import { toServiceError } from './faults.ts';
import type { Meter } from './meter.ts';

/** What every method of the service works with. */
export interface Context {
  databases: Databases;
  meter: Meter;
}

/** Serves a method with one answer. */
export function unary<Request, Response>(
  work: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    work(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}

/** Serves a method with a stream of answers. `work` gets the call to know when the client gives it up. */
export function streaming<Request, Response>(
  work: (request: Request, call: ServerWritableStream<Request, Response>) => Promise<Response[]>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    work(call.request, call).then(
      (responses) => {
        for (const response of responses) call.write(response);
        call.end();
      },
      (error: unknown) => {
        // Google's client asks again, twice and seconds later, where an error comes without any header before it.
        call.sendMetadata(new Metadata());
        call.emit('error', toServiceError(error));
      },
    );
  };
}
