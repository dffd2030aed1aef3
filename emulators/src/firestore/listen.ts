import type { google } from '@google-cloud/firestore-api/protos';
import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import type { Context } from './calls.ts';
import { toServiceError } from './faults.ts';
import { ListenTarget } from './listen-target.ts';

type Request = google.firestore.v1.IListenRequest;
type Response = google.firestore.v1.IListenResponse;

/** Serves Listen: any number of targets on one stream, each told of its changes until it is removed or the stream ends. */
export function listen(context: Context): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    const targets = new Map<number, ListenTarget>();
    const stop = (id: number) => {
      targets.get(id)?.stop();
      targets.delete(id);
    };
    const stopAll = () => {
      for (const id of [...targets.keys()]) stop(id);
    };
    call.on('data', ({ database, addTarget, removeTarget }: Request) => {
      try {
        if (addTarget) {
          const id = addTarget.targetId || 1 + Math.max(0, ...targets.keys());
          stop(id);
          const send = (response: Response) => call.write(response);
          targets.set(
            id,
            new ListenTarget(
              context.databases.of(database),
              { ...addTarget, targetId: id },
              send,
              context.meter,
            ),
          );
        } else if (removeTarget) {
          stop(removeTarget);
          call.write({ targetChange: { targetChangeType: 'REMOVE', targetIds: [removeTarget] } });
        }
      } catch (error) {
        stopAll();
        call.emit('error', toServiceError(error));
      }
    });
    call.on('end', () => {
      stopAll();
      call.end();
    });
    call.on('cancelled', stopAll);
  };
}
