export {
  type FirestoreEmulator,
  type FirestoreEmulatorOptions,
  startFirestoreEmulator,
} from './firestore/emulator.ts';
export { checkIndexes, type IndexReport } from './firestore/index-check.ts';
export { type FirestoreIndexes, firestoreIndexes } from './firestore/index-file.ts';
export type { Meter, Usage, UsageReport } from './firestore/meter.ts';
export type { QueryShape } from './firestore/query-shape.ts';
