import { GrpcStatus } from 'firebase-admin/firestore';
import { grpcStatusOf } from '../stores/grpc-status.ts';

/** What to do about a failure: one line, and more where a person has to act. */
export function explainFailure(error: unknown, project: string): string {
  const text = causesOf(error).join(': ');
  if (/default credentials|GOOGLE_APPLICATION_CREDENTIALS|invalid_grant|invalid_rapt/i.test(text)) {
    return `there are no usable Google credentials. Run: gcloud auth application-default login\n(${text})`;
  }
  switch (grpcStatusOf(error)) {
    case GrpcStatus.PERMISSION_DENIED:
    case GrpcStatus.UNAUTHENTICATED:
      return `these credentials may not write to Firestore of project ${project}\n(${text})`;
    case GrpcStatus.NOT_FOUND:
      return `project ${project} has no Firestore database. Run: firebase firestore:databases:create "(default)" --location <region> --project ${project}\n(${text})`;
    default:
      return text;
  }
}

/** The messages of an error and of what caused it, first lines only. */
function causesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const [first = error.name] = error.message.split('\n');
  return error.cause === undefined ? [first] : [first, ...causesOf(error.cause)];
}
