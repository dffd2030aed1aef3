import pc from 'picocolors';
import { MinootsError } from '../sdk/errors.ts';
import { drawnText, safeJson, safeText } from './text.ts';
import { UsageError } from './usage-error.ts';

/** Where a command writes, and what it should know about it. */
export interface Terminal {
  /** Absent where nothing can be read. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly rows?: number };
  readonly stderr: NodeJS.WritableStream;
  /** Value of `TERM`. */
  readonly kind: string | undefined;
  /** Asks whoever sits there a question and gives the line typed; absent where nobody does. */
  readonly ask?: (question: string) => Promise<string>;
  /** Shows a file in the browser of whoever sits there; absent where nobody does, or there is none. */
  readonly browse?: (file: string) => Promise<void>;
}

/** Exit codes of every command; `wait` has more. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** What a command prints: JSON when asked for or when nobody is watching, else text for a person. */
export class Output {
  readonly json: boolean;
  readonly terminal: Terminal;

  constructor(terminal: Terminal, wantsJson: boolean | undefined) {
    this.terminal = terminal;
    this.json = wantsJson === true || terminal.stdout.isTTY !== true;
  }

  /** Whether lines can be drawn over. */
  get canRedraw(): boolean {
    return !this.json && this.terminal.kind !== 'dumb';
  }

  /** @param describe makes the text for a person */
  print(data: unknown, describe: () => string): void {
    this.line(this.json ? JSON.stringify(data, null, 2) : describe());
  }

  line(text: string): void {
    this.terminal.stdout.write(`${this.json ? safeJson(text) : drawnText(text)}\n`);
  }

  /** Reports a failure on stderr and gives the exit code for it. */
  fail(error: unknown): number {
    const failure = describeFailure(error);
    const text = this.json
      ? safeJson(JSON.stringify({ error: failure }))
      : `${pc.red('error')} ${forPerson(failure)}`;
    this.terminal.stderr.write(`${text}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

interface Failure {
  code: string;
  message: string;
  status?: number | null;
  errors?: readonly { pointer: string; message: string }[];
  request_id?: string | null;
  retryable?: boolean;
}

function describeFailure(error: unknown): Failure {
  if (error instanceof MinootsError) {
    const { code, detail, status, errors, requestId, retryable } = error;
    return { code, message: detail, status, errors, request_id: requestId, retryable };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof UsageError ? 'usage' : 'client_failed', message };
}

function forPerson({ code, message, errors = [], request_id: requestId }: Failure): string {
  const fields = errors
    .filter((field) => !message.includes(field.message))
    .map((field) => `\n  ${field.pointer}: ${field.message}`);
  const origin = pc.dim(safeText([code, requestId].filter(Boolean).join(' · ')));
  return `${safeText(message + fields.join(''))}\n${origin}`;
}
