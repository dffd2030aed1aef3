import { MinootsError } from '../app/errors.ts';
import { MAX_BODY_BYTES } from '../app/limits.ts';

/** Largest body of a batch, in bytes. */
export const MAX_BATCH_BODY_BYTES = 8 * MAX_BODY_BYTES;

/**
 * Reads the text of a body of at most `limit` bytes. Any content type will do but multipart, because `curl -d` sends
 * JSON as a form.
 * @throws MinootsError `payload_too_large`, `unsupported_media_type`, `malformed_json` when the connection broke
 */
export async function readText(request: Request, limit: number): Promise<string> {
  refuseMedia(request.headers);
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > limit) throw tooLarge(limit);
  try {
    // A body of announced length cannot be longer: the HTTP parser cuts it there.
    return announced === null ? await readUpTo(request.body, limit) : await request.text();
  } catch (error) {
    if (error instanceof MinootsError) throw error;
    throw new MinootsError('malformed_json', 'The body ended before it was complete', {
      errors: [{ pointer: '', message: 'ended before it was complete' }],
    });
  }
}

function refuseMedia(headers: Headers): void {
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new MinootsError('unsupported_media_type', 'Send the body without a content-encoding');
  }
  if (headers.get('content-type')?.startsWith('multipart/')) {
    throw new MinootsError(
      'unsupported_media_type',
      'Send the body as application/json, not as a multipart form',
    );
  }
}

async function readUpTo(body: ReadableStream<Uint8Array> | null, limit: number): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream, so nothing beyond the limit is taken in.
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function tooLarge(limit: number): MinootsError {
  return new MinootsError('payload_too_large', `The body must be at most ${limit} bytes`);
}
