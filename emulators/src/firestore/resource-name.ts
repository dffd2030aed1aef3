import { status } from '@grpc/grpc-js';
import { RpcFault } from './faults.ts';

/** Splits `projects/{project}/databases/{database}` with whatever follows. Throws INVALID_ARGUMENT on anything else. */
export function databaseOf(resource: string | null | undefined): { projectId: string; databaseId: string } {
  const [, projectId, databaseId] =
    /^projects\/([^/]+)\/databases\/([^/]+)(?:\/|$)/.exec(resource ?? '') ?? [];
  if (!projectId || !databaseId) {
    throw new RpcFault(status.INVALID_ARGUMENT, `No database is named in "${resource ?? ''}".`);
  }
  return { projectId, databaseId };
}

/** The collection that holds the document of this name: the name without its last segment. */
export function collectionOf(documentName: string): string {
  return documentName.slice(0, documentName.lastIndexOf('/'));
}

/** The last segment of a name: a document's or a collection's id. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
