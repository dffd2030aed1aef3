import type { google } from '@google-cloud/firestore-api/protos';

type Fields = Record<string, google.firestore.v1.IValue>;

/** A document with the fields that a mask names, all of them when there is no mask. Quoted field names are not parsed. */
export function masked(
  document: google.firestore.v1.IDocument,
  mask: google.firestore.v1.IDocumentMask | null | undefined,
): google.firestore.v1.IDocument {
  if (!mask) return document;
  const fields: Fields = {};
  for (const path of mask.fieldPaths ?? []) copy(document.fields ?? {}, fields, path.split('.'));
  return { ...document, fields };
}

function copy(from: Fields, to: Fields, [name = '', ...rest]: string[]): void {
  const value = from[name];
  if (!value) return;
  if (rest.length === 0) {
    to[name] = value;
  } else if (value.mapValue) {
    const fields = to[name]?.mapValue?.fields ?? {};
    to[name] = { mapValue: { fields } };
    copy(value.mapValue.fields ?? {}, fields, rest);
  }
}
