/**
 * Largest body of a request, and largest timer of a batch, in bytes. What it makes fits, gzipped, into one document of
 * Firestore, which holds as much.
 */
export const MAX_BODY_BYTES = 1_048_576;
