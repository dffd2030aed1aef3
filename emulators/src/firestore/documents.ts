import { randomUUID } from 'node:crypto';
import type { google } from '@google-cloud/firestore-api/protos';
import { status } from '@grpc/grpc-js';
import { type Context, unary } from './calls.ts';
import { RpcFault } from './faults.ts';
import { collectionOf, idOf } from './resource-name.ts';
import { commitWrites } from './writes.ts';

/** The methods for one document, which REST clients prefer. */
export function documentMethods(context: Context) {
  return {
    GetDocument: getDocument(context),
    CreateDocument: createDocument(context),
    UpdateDocument: updateDocument(context),
    DeleteDocument: deleteDocument(context),
  };
}

function getDocument(context: Context) {
  return unary<google.firestore.v1.IGetDocumentRequest, google.firestore.v1.IDocument>(
    async ({ name, mask, transaction }) => {
      const database = context.databases.of(name);
      const entered = await database.enter({ transaction: transaction ?? null });
      const [answer] = await database.get([name ?? ''], mask, entered.transaction);
      context.meter.read(idOf(collectionOf(name ?? '')));
      if (!answer?.found) throw new RpcFault(status.NOT_FOUND, `Document "${name}" not found.`);
      return answer.found;
    },
  );
}

function createDocument(context: Context) {
  return unary<google.firestore.v1.ICreateDocumentRequest, google.firestore.v1.IDocument>(
    ({ parent, collectionId, documentId, document, mask }) => {
      const name = `${parent}/${collectionId}/${documentId || randomUUID().replaceAll('-', '').slice(0, 20)}`;
      const write = { update: { ...document, name }, currentDocument: { exists: false } };
      return writeAndGet(context, write, name, mask);
    },
  );
}

function updateDocument(context: Context) {
  return unary<google.firestore.v1.IUpdateDocumentRequest, google.firestore.v1.IDocument>(
    ({ document, updateMask, currentDocument, mask }) => {
      const write = {
        update: document ?? {},
        ...(updateMask && { updateMask }),
        ...(currentDocument && { currentDocument }),
      };
      return writeAndGet(context, write, document?.name ?? '', mask);
    },
  );
}

function deleteDocument(context: Context) {
  return unary<google.firestore.v1.IDeleteDocumentRequest, google.protobuf.IEmpty>(
    async ({ name, currentDocument }) => {
      await commitWrites(context, name, [
        { delete: name ?? '', ...(currentDocument && { currentDocument }) },
      ]);
      return {};
    },
  );
}

async function writeAndGet(
  context: Context,
  write: google.firestore.v1.IWrite,
  name: string,
  mask: google.firestore.v1.IDocumentMask | null | undefined,
): Promise<google.firestore.v1.IDocument> {
  await commitWrites(context, name, [write]);
  const [answer] = await context.databases.of(name).get([name], mask);
  return answer?.found ?? {};
}
